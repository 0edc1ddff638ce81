"""Tickets of every kind: what was said, what was done, who has them, in which state they are.

Words: a *ticket* is an incident, a security incident, a service request, a question or a complaint. A *message* is said
with the requester, *correspondence* with one named third party, a *note* inside. An *intervention* is work done: what
was tried, what was found, how many minutes. An *assignment* says who had the ticket from when until when.
"""
