"""What happened to calendars."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from dreiklang.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class CalendarEvent(Event):
    """Base: the subject is a calendar."""

    subject_kind: ClassVar[str] = "calendar"


@dataclass(frozen=True, kw_only=True)
class CalendarHoursEvent(CalendarEvent):
    """Base: tells the whole hours, so that a promise made under them can be recalculated later."""

    words: ClassVar[frozenset[str]] = frozenset({"name"})
    name: str
    timezone: str
    week: dict[str, list[list[str]]] = field(default_factory=dict)
    region: str = ""
    closed_days: tuple[str, ...] = ()
    extra_days: dict[str, list[list[str]]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class CalendarAdded(CalendarHoursEvent):
    """A new calendar, with these hours."""

    code: ClassVar[str] = "calendar.added"


@dataclass(frozen=True, kw_only=True)
class CalendarChanged(CalendarHoursEvent):
    """The calendar has these hours from now on."""

    code: ClassVar[str] = "calendar.changed"


@dataclass(frozen=True, kw_only=True)
class CalendarMadeDefault(CalendarEvent):
    """The calendar holds wherever none is chosen."""

    code: ClassVar[str] = "calendar.made_default"


@dataclass(frozen=True, kw_only=True)
class CalendarRemoved(CalendarEvent):
    """The calendar is gone; nothing had used it."""

    code: ClassVar[str] = "calendar.removed"
    words: ClassVar[frozenset[str]] = frozenset({"name"})
    name: str
