"""The door of the telephone: who calls, on whose screen it rings, what is written while one talks.

*System*: a telephone system that tells of its calls. *Extension*: a number or name in it, and who sits there. *Call*:
one conversation, rung or begun by hand; it is its own *card*: caller, notes, subject, outcome. A walk-in is a card
without a telephone. *Transfer*: a running call handed to a team of a higher level, which sees the card before it takes
it; whoever hands it on stays until then, and the handover of the ticket is written by it.
"""
