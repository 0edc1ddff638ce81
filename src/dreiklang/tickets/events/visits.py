"""What happens to visits and appointments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dreiklang.kernel.events import Event
from dreiklang.tickets.events.kind import TicketEvent


@dataclass(frozen=True, kw_only=True)
class VisitPlanned(TicketEvent):
    """``what``: planned, changed, cancelled or done. ``person_id``: who goes, where somebody new does."""

    code: ClassVar[str] = "visit.planned"
    words: ClassVar[frozenset[str]] = frozenset({"place"})
    visit_id: int
    what: str = "planned"
    starts: str = ""
    person_id: int | None = None
    place: str = ""


@dataclass(frozen=True, kw_only=True)
class CalendarFeedChanged(Event):
    code: ClassVar[str] = "calendar_feed.changed"
    subject_kind: ClassVar[str] = "person"
    is_on: bool
