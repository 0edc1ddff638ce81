"""Every write of the gate: taking in, settling, and what people decide about mails that are held or quarantined."""

from dreiklang.channels.gate.commands.blocking import block_sender, call_spam, not_spam, unblock_sender
from dreiklang.channels.gate.commands.intake import Outcome, settle_waiting, take_in
from dreiklang.channels.gate.commands.people import dismiss, dismiss_held, join_held, open_held, reprocess

__all__ = [
    "Outcome",
    "block_sender",
    "call_spam",
    "dismiss",
    "dismiss_held",
    "join_held",
    "not_spam",
    "open_held",
    "reprocess",
    "settle_waiting",
    "take_in",
    "unblock_sender",
]
