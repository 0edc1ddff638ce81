"""Every write of the gate: taking in, settling, and what people decide about mails that are held or quarantined."""

from dreiklang.channels.gate.commands.blocking import block_sender, call_spam, not_spam, unblock_sender
from dreiklang.channels.gate.commands.intake import Outcome, settle_waiting, take_in
from dreiklang.channels.gate.commands.people import dismiss, dismiss_held, join_held, open_held, reprocess
from dreiklang.channels.gate.commands.second_look import read_again, show_to_level_one

__all__ = [
    "Outcome",
    "block_sender",
    "call_spam",
    "dismiss",
    "dismiss_held",
    "join_held",
    "not_spam",
    "open_held",
    "read_again",
    "reprocess",
    "settle_waiting",
    "show_to_level_one",
    "take_in",
    "unblock_sender",
]
