"""Webhooks: telling other programs what happens, after Standard Webhooks 1.0.

A *hook* is an address with a secret; a *delivery* is one piece of news for one hook. The delivery is written in the
transaction of what it tells; the sender among the doors puts its words together and calls, again and again for three
days. A hook hears what the outside may hear; words inside only when it was allowed to (P13, P31).
"""
