"""Every write of the telephone door."""

from .cards import begin_card, join_ticket, keep_card, open_ticket_from, take_call, take_up_again, wrap_up
from .dialling import dial
from .news import keep_misread, take_news
from .scripts import change_script, remove_script
from .systems import change_system, make_system, new_signing, new_token, put_extensions
from .transfers import call_back_transfer, decline_transfer, offer_transfer, take_transfer

__all__ = [
    "begin_card",
    "call_back_transfer",
    "change_script",
    "change_system",
    "decline_transfer",
    "dial",
    "join_ticket",
    "keep_card",
    "keep_misread",
    "make_system",
    "new_signing",
    "new_token",
    "offer_transfer",
    "open_ticket_from",
    "put_extensions",
    "remove_script",
    "take_call",
    "take_news",
    "take_transfer",
    "take_up_again",
    "wrap_up",
]
