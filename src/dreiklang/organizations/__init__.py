"""Who the desk works for and with: customers, the provider, external providers, vendors; their sites and persons.

Words: an *organisation* is a customer, the provider itself, an external provider or a vendor. A *person* belongs to
one and has *addresses* (mail, phone), by which the doors recognise who is speaking.
"""
