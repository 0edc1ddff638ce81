"""A calendar's year, day by day, to be looked at: how long it is open, and why it is not."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Final, NamedTuple

from dreiklang.calendars.rules.calendar import WorkingCalendar
from dreiklang.calendars.rules.public_holidays import holiday_names
from dreiklang.calendars.rules.working_time import working_seconds_between

OPEN: Final = "open"
CLOSED: Final = "closed"
HOLIDAY: Final = "holiday"
CLOSED_DAY: Final = "closed_day"
EXTRA: Final = "extra"


class Day(NamedTuple):
    """A day of a calendar: working time in seconds from midnight to midnight, why, the name of a holiday.

    ``kind``: ``open`` or ``closed`` by its weekday, ``holiday``, ``closed_day``, ``extra`` (hours of its own).
    """

    date: date
    seconds: float
    kind: str
    name: str = ""


class Month(NamedTuple):
    """A month: its days, and the working time in all of them, in seconds."""

    first: date
    days: list[Day]
    seconds: float


def year_of(calendar: WorkingCalendar, year: int, *, language: str = "en") -> list[Month]:
    """The twelve months of a year, with holidays named in a language. A night shift counts on the days it lies on."""
    names = holiday_names(calendar.region or "", year, language)
    extra = {day for day, _spans in calendar.extra_days}
    months = []
    for number in range(1, 13):
        first = date(year, number, 1)
        after = date(year + number // 12, number % 12 + 1, 1)
        days = [_day(calendar, first + timedelta(days=n), names, extra) for n in range((after - first).days)]
        months.append(Month(first, days, sum(day.seconds for day in days)))
    return months


def _day(calendar: WorkingCalendar, day: date, names: Mapping[date, str], extra: set[date]) -> Day:
    midnight = datetime.combine(day, time(), tzinfo=calendar.zone)
    next_one = datetime.combine(day + timedelta(days=1), time(), tzinfo=calendar.zone)
    seconds = working_seconds_between(calendar, midnight, next_one)
    kind = OPEN if seconds else CLOSED
    if day in extra:
        kind = EXTRA
    elif day in calendar.closed_days or day in calendar.holidays:
        kind = CLOSED_DAY
    elif day in names:
        kind = HOLIDAY
    return Day(day, seconds, kind, names.get(day, ""))
