"""A calendar worked out: its open spans in real time, with the working time passed at each, to be bisected.

Moments are kept as the time since 1970 UTC, and all as `timedelta`: it is exact to the microsecond, and
Python compares and adds it several times faster than it converts it into numbers. A table covers some years;
the book replaces it by a longer one when asked for others, and never changes one, so threads may share them.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from dreiklang.calendars.rules.errors import BeyondHorizon
from dreiklang.calendars.rules.public_holidays import public_holidays
from dreiklang.calendars.rules.week import ExtraDays, Week
from dreiklang.calendars.rules.zones import EPOCH, steady_stretches

FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2499
_NOTHING: Final = timedelta()
_EPOCH_DAY: Final = date(1970, 1, 1).toordinal()


class Timetable(NamedTuple):
    """Open spans of some years. Entry 0 is an empty span at `low`, so that every moment has one before it."""

    low: timedelta
    high: timedelta
    starts: list[timedelta]
    # Working time from `low` to the end of each span.
    passed: list[timedelta]
    # Start of each span minus the working time before it: inside the span, moment = working time + shift.
    shifts: list[timedelta]
    # The same shifts as moments of the clock: inside the span, clock = working time + anchor.
    anchors: list[datetime]
    first_year: int
    last_year: int

    def end(self, place: int) -> timedelta:
        """When the span at a place of the table ends."""
        return self.passed[place] + self.shifts[place]


class Timebook:
    """The years of one calendar worked out so far; calendars of equal value share it by `timebook_of`."""

    __slots__ = ("_closed", "_extra", "_region", "_week", "_zone", "table")

    def __init__(self, zone: ZoneInfo, week: Week, closed: frozenset[date], region: str, extra: ExtraDays = ()) -> None:
        self._zone = zone
        self._week = week
        self._closed = closed
        self._region = region
        self._extra = {day.toordinal() - _EPOCH_DAY: spans for day, spans in extra}
        self.table = Timetable(_NOTHING, _NOTHING, [], [], [], [], 1970, 1969)

    def covering(self, *moments: timedelta) -> Timetable:
        """One table in which all the moments lie; raises `BeyondHorizon` outside the years 1900 to 2499."""
        table = self.table
        if all(table.low <= moment < table.high for moment in moments):
            return table
        first = max(FIRST_YEAR, _year_of(min(moments)) - 1)
        last = min(LAST_YEAR, _year_of(max(moments)) + 2)
        if table.starts:
            first, last = min(first, table.first_year), max(last, table.last_year)
        return self._worked_out(first, last)

    def later(self, table: Timetable) -> Timetable:
        """A table that reaches further ahead than this one; raises `BeyondHorizon` at the last year."""
        if table.last_year >= LAST_YEAR:
            raise BeyondHorizon(f"the working time does not come to pass before the year {LAST_YEAR + 1}")
        span = table.last_year - table.first_year + 1
        return self._worked_out(table.first_year, min(LAST_YEAR, table.last_year + max(4, span)))

    def _worked_out(self, first_year: int, last_year: int) -> Timetable:
        table = self._tabulated(first_year, last_year)
        self.table = table
        return table

    def _tabulated(self, first_year: int, last_year: int) -> Timetable:
        low, high = _new_year(first_year), _new_year(last_year + 1)
        starts, passed, shifts, total = [low], [_NOTHING], [low], 0
        for start, end in self._open_in(first_year, last_year):
            starts.append(timedelta(0, start))
            shifts.append(timedelta(0, start - total))
            total += end - start
            passed.append(timedelta(0, total))
        anchors = [EPOCH + shift for shift in shifts]
        return Timetable(low, high, starts, passed, shifts, anchors, first_year, last_year)

    def _open_in(self, first_year: int, last_year: int) -> Iterator[tuple[int, int]]:
        """Open spans in real time, in order, in seconds since 1970 UTC.

        The rule of the wall clock: it is open at a moment exactly if the wall clock then shows a time inside
        a span. So each stretch of constant offset is laid over the spans of the wall clock and cut out.
        """
        on_the_wall = list(self._wall_spans(first_year, last_year))
        place = 0
        for since, until, offset in steady_stretches(self._zone, first_year, last_year):
            wall_since, wall_until = since + offset, until + offset
            # The wall clock may have gone back: spans passed already may come again.
            while place > 0 and on_the_wall[place - 1][1] > wall_since:
                place -= 1
            while place < len(on_the_wall) and on_the_wall[place][0] < wall_until:
                start, end = on_the_wall[place]
                start, end = max(start, wall_since), min(end, wall_until)
                if start < end:
                    yield start - offset, end - offset
                place += 1

    def _wall_spans(self, first_year: int, last_year: int) -> Iterator[tuple[int, int]]:
        """Open spans of the wall clock in seconds since its 1970, merged, a few days more than the years.

        A span belongs to the day it starts on: it runs on over midnight into a holiday, but starts on none.
        A day with hours of its own has those, whatever its weekday and whoever celebrates.
        """
        closed = self._closed_days(first_year, last_year)
        first = date(first_year, 1, 1).toordinal() - _EPOCH_DAY - 3
        last = date(last_year, 12, 31).toordinal() - _EPOCH_DAY + 3
        open_since = open_until = first * 86400
        for day in range(first, last + 1):
            spans = self._extra.get(day)
            if spans is None:
                if day in closed:
                    continue
                spans = self._week[(day + 3) % 7]  # 1 January 1970 was a Thursday
            midnight = day * 86400
            for start, end in spans:
                if midnight + start * 60 > open_until:
                    yield open_since, open_until
                    open_since = midnight + start * 60
                open_until = max(open_until, midnight + end * 60)
        yield open_since, open_until

    def _closed_days(self, first_year: int, last_year: int) -> set[int]:
        days = set(self._closed)
        for year in range(first_year - 1, last_year + 2):
            days.update(public_holidays(self._region, year))
        return {day.toordinal() - _EPOCH_DAY for day in days}


@lru_cache(maxsize=128)
def timebook_of(zone: ZoneInfo, week: Week, closed: frozenset[date], region: str, extra: ExtraDays = ()) -> Timebook:
    """The book of a calendar's value, the same for equal calendars."""
    return Timebook(zone, week, closed, region, extra)


def _year_of(moment: timedelta) -> int:
    try:
        year = (EPOCH + moment).year
    except OverflowError:
        year = 0
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise BeyondHorizon(f"calendars are worked out for the years {FIRST_YEAR} to {LAST_YEAR}")
    return year


def _new_year(year: int) -> timedelta:
    return datetime(year, 1, 1, tzinfo=UTC) - EPOCH
