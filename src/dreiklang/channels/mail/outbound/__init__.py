"""The mail door, outward: an outbox filled in the transaction of the words, and a sender that empties it.

What waits here leaves ten seconds later, is put together at the moment it leaves (so that nobody gets what they may no
longer see), and keeps one Message-ID through every attempt (P08, P29).
"""
