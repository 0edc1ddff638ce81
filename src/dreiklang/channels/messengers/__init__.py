"""The door of messengers: WhatsApp, Telegram, text messages, and the chats of a house, through one interface.

*Line*: one number, bot or room of ours at a service. *Adapter*: how a service speaks; a line names its own by ``kind``.
*Post*: what a service handed us, in its own bytes, kept before it is read. *Talk*: one other side on one line. *Item*:
one message of it, known by the service's own name, so that told twice it is one. *Leaving*: an answer on its way out.
"""
