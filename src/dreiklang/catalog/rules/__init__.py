"""Decisions of the catalogue from plain values: states of a request, forms, plans."""

#: What an order is: it waits for a yes, it is worked on, it is done; or it was refused or taken back.
ASKED, RUNNING, DONE, REFUSED, CANCELLED = "asked", "running", "done", "refused", "cancelled"
SETTLED = (DONE, REFUSED, CANCELLED)
