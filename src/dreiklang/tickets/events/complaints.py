"""What happens to complaints, and to playbooks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dreiklang.kernel.events import Event
from dreiklang.tickets.events.kind import TicketEvent


@dataclass(frozen=True, kw_only=True)
class ComplaintTaken(TicketEvent):
    """A complaint got its owner, or another; ``about_id`` is the ticket complained about."""

    code: ClassVar[str] = "complaint.taken"
    owner_id: int
    former_owner_id: int | None = None
    about_id: int | None = None
    about_level: int


@dataclass(frozen=True, kw_only=True)
class MeasureDecided(TicketEvent):
    code: ClassVar[str] = "measure.decided"
    words: ClassVar[frozenset[str]] = frozenset({"text"})
    measure_id: int
    owner_id: int | None = None
    due_date: str = ""
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class MeasureDone(TicketEvent):
    code: ClassVar[str] = "measure.done"
    measure_id: int


@dataclass(frozen=True, kw_only=True)
class MeasureReopened(TicketEvent):
    code: ClassVar[str] = "measure.reopened"
    measure_id: int


@dataclass(frozen=True, kw_only=True)
class MeasureDropped(TicketEvent):
    code: ClassVar[str] = "measure.dropped"
    words: ClassVar[frozenset[str]] = frozenset({"text"})
    measure_id: int
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class PlaybookChanged(Event):
    code: ClassVar[str] = "playbook.changed"
    subject_kind: ClassVar[str] = "desk"
    occasion: str
