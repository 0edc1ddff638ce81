"""The door of monitoring: programs that watch tell of troubles, each trouble is one ticket, and ends by itself.

*Source*: a program that may call, with its token. *Call*: what it sent, kept before it is read. *Signal*: one
statement in a call, 'this is firing' or 'this has cleared'. *Alert*: a trouble, known by its fingerprint, with what
was last said of it.
"""
