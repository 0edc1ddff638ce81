"""What happens when a requester stays silent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from dreiklang.kernel.events import Event
from dreiklang.tickets.events.kind import TicketEvent


@dataclass(frozen=True, kw_only=True)
class RequesterReminded(TicketEvent):
    """A reminder is on its way. ``closes_at``: the closing it announces, if it does."""

    code: ClassVar[str] = "ticket.reminded"
    reminder_id: int
    number: int
    next_at: datetime | None = None
    closes_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class ReminderSent(TicketEvent):
    """A mail server has taken the reminder: from now on its announcement holds."""

    code: ClassVar[str] = "ticket.reminder_sent"
    reminder_id: int


@dataclass(frozen=True, kw_only=True)
class ReminderFailed(TicketEvent):
    """A reminder could not be delivered: the ticket stays open until somebody looks."""

    code: ClassVar[str] = "ticket.reminder_failed"
    words: ClassVar[frozenset[str]] = frozenset({"recipient", "reason"})
    reminder_id: int
    recipient: str = ""
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class SilencePlanChanged(Event):
    """A plan was made, changed or removed; ``changed`` names the fields."""

    code: ClassVar[str] = "silence_plan.changed"
    subject_kind: ClassVar[str] = "silence_plan"
    changed: tuple[str, ...] = ()
