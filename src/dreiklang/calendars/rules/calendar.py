"""The calendar as a frozen value.

What its parts mean, to the second:

* It is open at a moment exactly if the wall clock of its zone then shows a time inside one of its spans. So
  an hour that the clock leaves out in spring is no working time, an hour that it shows twice in autumn counts
  twice, and working seconds are always real, elapsed ones.
* Spans may overlap, run over midnight, end at 24:00: what is covered twice counts once.
* A span belongs to the day it starts on. A night shift that starts on a working day runs on into a holiday;
  on the evening of a holiday it does not start.
* A moment without offset is read on the wall clock of the zone (PEP 495): one that the clock shows twice
  means the first time unless `fold=1`; one that it leaves out is read with the offset before the change, so
  that 02:30 on the German spring day is 03:30.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from dreiklang.calendars.rules.public_holidays import public_holidays
from dreiklang.calendars.rules.timetable import FIRST_YEAR, Timebook, timebook_of
from dreiklang.calendars.rules.week import CLOSED_WEEK, ExtraDays, Week, checked_week
from dreiklang.calendars.rules.zones import zone_named

__all__ = ["CLOSED_WEEK", "Week", "WorkingCalendar"]


@dataclass(frozen=True)
class WorkingCalendar:
    """Opening hours of a week in a zone, less holidays and closed days.

    `week` as `week_from` reads it; `holidays` and `closed_days` are dates on which no span starts, and so are
    the public holidays of `region` (`DE`, `DE-BW`, …; None for none). `extra_days` have spans of their own in place
    of all that. Calendars of equal value share what was
    worked out of them, so making one anew costs little. Raises `BadCalendar` if it cannot be.
    """

    timezone: str
    week: Week
    holidays: frozenset[date] = frozenset()
    region: str | None = None
    closed_days: frozenset[date] = frozenset()
    extra_days: ExtraDays = ()
    zone: ZoneInfo = field(init=False, repr=False, compare=False)
    timebook: Timebook = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        put = object.__setattr__
        put(self, "zone", zone_named(self.timezone))
        put(self, "week", checked_week(self.week))
        put(self, "holidays", _dates(self.holidays))
        put(self, "closed_days", _dates(self.closed_days))
        public_holidays(self.region or "", FIRST_YEAR)
        closed = self.holidays | self.closed_days
        put(self, "timebook", timebook_of(self.zone, self.week, closed, self.region or "", self.extra_days))

    def __reduce__(self) -> tuple[type["WorkingCalendar"], tuple[object, ...]]:
        return type(self), (
            self.timezone, self.week, self.holidays, self.region, self.closed_days, self.extra_days,
        )  # fmt: skip

    @property
    def has_hours(self) -> bool:
        """Whether any weekday has a span at all."""
        return any(self.week)

    def is_closed_day(self, day: date) -> bool:
        """Whether no span starts on the day for being a holiday or closed, whatever its weekday."""
        if any(day == extra for extra, _spans in self.extra_days):
            return False
        return day in self.holidays or day in self.closed_days or day in public_holidays(self.region or "", day.year)

    def located(self, moment: datetime) -> datetime:
        """The moment with an offset: unchanged if it has one, else read on the calendar's wall clock."""
        return moment if moment.tzinfo is not None else moment.replace(tzinfo=self.zone)


def _dates(days: Iterable[date]) -> frozenset[date]:
    """Plain dates; a moment given as a day would compare unequal to its own day for ever."""
    return frozenset(day.date() if isinstance(day, datetime) else day for day in days)
