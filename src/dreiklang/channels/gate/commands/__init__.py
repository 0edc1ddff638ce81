"""Every write of the gate: taking in, settling, and what people decide about mails that are held or quarantined."""

from dreiklang.channels.gate.commands.intake import Outcome, settle_waiting, take_in
from dreiklang.channels.gate.commands.people import dismiss, dismiss_held, join_held, open_held, reprocess

__all__ = [
    "Outcome",
    "dismiss",
    "dismiss_held",
    "join_held",
    "open_held",
    "reprocess",
    "settle_waiting",
    "take_in",
]
