"""Every write of the chat door."""

from .answering import answer_visitor, end_chat, keep_read, switch_availability, take_chat
from .closing import end_silent, give_up_waiting, leave_message
from .transfers import call_back_transfer, decline_transfer, offer_transfer, take_transfer
from .visits import Visitor, begin_chat, end_as_visitor, keep_seen, rate_chat, say_as_visitor, tell_address
from .widgets import change_widget, make_widget, new_secret

__all__ = [
    "Visitor",
    "answer_visitor",
    "begin_chat",
    "call_back_transfer",
    "change_widget",
    "decline_transfer",
    "end_as_visitor",
    "end_chat",
    "end_silent",
    "give_up_waiting",
    "keep_read",
    "keep_seen",
    "leave_message",
    "make_widget",
    "new_secret",
    "offer_transfer",
    "rate_chat",
    "say_as_visitor",
    "switch_availability",
    "take_chat",
    "take_transfer",
    "tell_address",
]
