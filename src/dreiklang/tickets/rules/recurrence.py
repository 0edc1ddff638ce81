"""When a recurring ticket comes: every so many days, weeks, months or years, counted from its first day. Pure."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import count

LAST = -1
#: No rule goes on for longer; also the end of what is looked at for one that never comes (29 February, moved away).
MOST_DAYS_AHEAD = 366 * 30


class Every(StrEnum):
    """What is counted."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


class Shift(StrEnum):
    """What becomes of a day on which the calendar is closed."""

    NONE = "none"
    LATER = "later"
    EARLIER = "earlier"
    SKIP = "skip"


@dataclass(frozen=True)
class Recurrence:
    """Each ``interval`` days, weeks, months or years from ``starts_on`` until ``ends_on``.

    Weeks: on ``weekdays`` (0 Monday to 6). Months: on day ``month_day`` (31 or `LAST`: the last one where the month is
    shorter), or, if ``nth`` is set, on the ``nth`` (1 to 4, `LAST`) of ``weekdays``' first day. Years: on the day and
    month of the first day; 29 February becomes the 28th.
    """

    every: Every
    interval: int
    starts_on: date
    ends_on: date | None = None
    weekdays: tuple[int, ...] = ()
    month_day: int = 0
    nth: int = 0

    def dates(self, after: date | None = None) -> Iterator[date]:
        """The days in order, those after a day only; at most thirty years ahead."""
        horizon = (after or self.starts_on) + timedelta(days=MOST_DAYS_AHEAD)
        for day in self._all():
            if day > horizon or (self.ends_on and day > self.ends_on):
                return
            if day >= self.starts_on and (after is None or day > after):
                yield day

    def _all(self) -> Iterator[date]:
        if self.every is Every.DAY:
            yield from (self.starts_on + timedelta(days=step) for step in count(0, self.interval))
        elif self.every is Every.WEEK:
            monday = self.starts_on - timedelta(days=self.starts_on.weekday())
            days = sorted(self.weekdays) or [self.starts_on.weekday()]
            yield from (monday + timedelta(weeks=step, days=day) for step in count(0, self.interval) for day in days)
        else:
            step = self.interval * (12 if self.every is Every.YEAR else 1)
            first = self.starts_on.year * 12 + self.starts_on.month - 1
            yield from (self._in_month(*divmod(month, 12)) for month in count(first, step) if month < 9999 * 12)

    def _in_month(self, year: int, month: int) -> date:
        last = calendar.monthrange(year, month + 1)[1]
        if self.every is Every.YEAR:
            return date(year, month + 1, min(self.starts_on.day, last))
        if self.nth:
            return _nth(year, month + 1, self.nth, self.weekdays[0] if self.weekdays else self.starts_on.weekday())
        wanted = last if self.month_day == LAST else self.month_day or self.starts_on.day
        return date(year, month + 1, min(wanted, last))


def _nth(year: int, month: int, nth: int, weekday: int) -> date:
    if nth == LAST:
        end = date(year, month, calendar.monthrange(year, month)[1])
        return end - timedelta(days=(end.weekday() - weekday) % 7)
    begin = date(year, month, 1)
    return begin + timedelta(days=(weekday - begin.weekday()) % 7 + 7 * (nth - 1))


def moved(day: date, shift: Shift, is_working_day: Callable[[date], bool]) -> date | None:
    """The day on which it really comes: moved off a closed day, or None if it is skipped or no day will do."""
    if shift is Shift.NONE or is_working_day(day):
        return day
    if shift is Shift.SKIP:
        return None
    step = timedelta(days=1 if shift is Shift.LATER else -1)
    found = (day + step * n for n in range(1, 60))
    return next((one for one in found if is_working_day(one)), None)
