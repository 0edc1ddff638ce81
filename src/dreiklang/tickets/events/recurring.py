"""News of recurring tickets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dreiklang.kernel.events import Event
from dreiklang.tickets.events.kind import TicketEvent


@dataclass(frozen=True, kw_only=True)
class TicketRecurred(TicketEvent):
    """A ticket was opened because its series had a day. ``missed``: days before it on which nobody could."""

    code: ClassVar[str] = "ticket.recurred"
    series_id: int
    planned_on: str
    missed: int = 0


@dataclass(frozen=True, kw_only=True)
class SeriesChanged(Event):
    """A series was made, changed, paused, resumed or removed; ``changed`` names the fields."""

    code: ClassVar[str] = "series.changed"
    subject_kind: ClassVar[str] = "series"
    changed: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SeriesFailed(Event):
    """A day came and no ticket could be opened; it is tried again."""

    code: ClassVar[str] = "series.failed"
    subject_kind: ClassVar[str] = "series"
    words: ClassVar[frozenset[str]] = frozenset({"reason"})
    planned_on: str
    reason: str = ""
