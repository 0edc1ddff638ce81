"""Handover between levels, hand back, relay, the direct line, and the way of a solution back through the levels.

Words: a *handover* is the record with which a ticket goes to more expertise; a *hand back* is the way down, with or
without the solution; a *relay* is an answer offered to the level below, which alone can make it a message.
"""
