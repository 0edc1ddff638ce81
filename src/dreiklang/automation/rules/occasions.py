"""On which occasions rules look at a ticket."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

IDLE, TIME = "idle", "time"


@dataclass(frozen=True)
class Occasion:
    """An occasion by its key, and the codes of the journal that bring it; none for those of the clock."""

    key: str
    codes: tuple[str, ...] = ()


OCCASIONS: Final = {
    one.key: one
    for one in (
        Occasion("opened", ("ticket.opened",)),
        Occasion("mail", ("message.received",)),
        Occasion("answered", ("message.written",)),
        Occasion("noted", ("note.written",)),
        Occasion("classified", ("ticket.classified", "ticket.subject_changed", "ticket.requester_changed")),
        Occasion("assigned", ("ticket.assigned",)),
        Occasion("moved", ("ticket.moved", "handover.made", "handover.accepted", "handover.handed_back")),
        Occasion("paused", ("ticket.paused",)),
        Occasion("resumed", ("ticket.resumed",)),
        Occasion("resolved", ("ticket.resolved",)),
        Occasion("reopened", ("ticket.reopened",)),
        Occasion("closed", ("ticket.closed",)),
        Occasion("promise_near", ("promise.near",)),
        Occasion("promise_broken", ("promise.broken",)),
        Occasion("tagged", ("ticket.tagged", "ticket.untagged")),
        Occasion(IDLE),
        Occasion(TIME),
    )
}
_BY_CODE: Final = {code: one.key for one in OCCASIONS.values() for code in one.codes}


def occasions_of(code: str) -> str:
    """The occasion that a line of the journal brings; empty for none."""
    return _BY_CODE.get(code, "")
