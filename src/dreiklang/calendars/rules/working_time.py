"""Counting working time: how much passed, when it will have passed, whether it is open, when it opens.

Moments may have any offset or none (then they are read in the calendar's zone); moments given back are in
UTC, because moments that share a local zone subtract wrongly over a daylight-saving day. Time is counted in
whole microseconds. The horizon is the years 1900 to 2499; beyond it `BeyondHorizon` is raised.
"""

from bisect import bisect_left, bisect_right
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from dreiklang.calendars.rules.calendar import WorkingCalendar
from dreiklang.calendars.rules.errors import BeyondHorizon, NeverOpen
from dreiklang.calendars.rules.timetable import Timetable
from dreiklang.calendars.rules.zones import EPOCH

# Longer than the horizon: no such working time can come to pass.
_MOST_SECONDS: Final = 600 * 366 * 86400


class OpenSpan(NamedTuple):
    """A stretch of real time, in UTC, throughout which a calendar is open."""

    starts_at: datetime
    ends_at: datetime

    @property
    def seconds(self) -> float:
        """Its length in real seconds."""
        return (self.ends_at - self.starts_at).total_seconds()


def working_seconds_between(calendar: WorkingCalendar, start: datetime, end: datetime) -> float:
    """Real seconds between two moments while the calendar is open; 0 if the end is not after the start."""
    since, until = _since_epoch(calendar, start), _since_epoch(calendar, end)
    if until <= since:
        return 0.0
    table = calendar.timebook.covering(since, until)
    return (_passed_at(table, until) - _passed_at(table, since)).total_seconds()


def add_working_time(calendar: WorkingCalendar, start: datetime, seconds: float) -> datetime:
    """The earliest moment, in UTC, at which so many working seconds have passed since the start.

    So a day's work ends at closing time, not at the next opening, and 0 seconds have passed at the start.
    Raises `NeverOpen` for a calendar without hours, `ValueError` for a negative or endless time.
    """
    if not 0 <= seconds <= _MOST_SECONDS:
        raise _unreachable(seconds)
    # What follows is `_since_epoch` and `_passed_at` written out: this runs for every clock of every ticket.
    if start.tzinfo is None:
        start = start.replace(tzinfo=calendar.zone)
    moment = start - EPOCH
    book = calendar.timebook
    low, high, starts, passed, shifts, anchors, _, _ = book.table
    if not low <= moment < high:
        _, _, starts, passed, shifts, anchors, _, _ = book.covering(moment)
    place = bisect_right(starts, moment) - 1
    done, most = moment - shifts[place], passed[place]
    wanted = timedelta(0, seconds)
    target = (done if done < most else most) + wanted
    place = bisect_left(passed, target)
    if not wanted or place == len(passed):
        return _added_with_care(calendar, moment, wanted)
    return anchors[place] + target


def is_open(calendar: WorkingCalendar, at: datetime) -> bool:
    """Whether the calendar is open at a moment; at the very end of a span it is not."""
    moment = _since_epoch(calendar, at)
    table = calendar.timebook.covering(moment)
    return moment < table.end(bisect_right(table.starts, moment) - 1)


def next_opening(calendar: WorkingCalendar, at: datetime) -> datetime:
    """The first moment from the given one on, in UTC, at which the calendar is open.

    Raises `NeverOpen` for a calendar without hours.
    """
    if not calendar.has_hours:
        raise NeverOpen("the calendar has no opening hours")
    moment = _since_epoch(calendar, at)
    table = calendar.timebook.covering(moment)
    place = bisect_right(table.starts, moment) - 1
    if moment < table.end(place):
        return EPOCH + moment
    while place + 1 == len(table.starts):
        table = calendar.timebook.later(table)
        place = bisect_right(table.starts, moment) - 1
    return EPOCH + table.starts[place + 1]


def open_spans(calendar: WorkingCalendar, start: datetime, end: datetime) -> list[OpenSpan]:
    """The open stretches between two moments in order, cut at both; those that touch are one."""
    since, until = _since_epoch(calendar, start), _since_epoch(calendar, end)
    if until <= since:
        return []
    table = calendar.timebook.covering(since, until)
    found: list[tuple[timedelta, timedelta]] = []
    for place in range(bisect_right(table.starts, since) - 1, bisect_left(table.starts, until)):
        opens, closes = max(table.starts[place], since), min(table.end(place), until)
        if found and found[-1][1] == opens:
            found[-1] = (found[-1][0], closes)
        elif opens < closes:
            found.append((opens, closes))
    return [OpenSpan(EPOCH + opens, EPOCH + closes) for opens, closes in found]


def _added_with_care(calendar: WorkingCalendar, moment: timedelta, wanted: timedelta) -> datetime:
    """The sum where the years worked out so far do not reach, or where nothing is added."""
    if not calendar.has_hours:
        raise NeverOpen("the calendar has no opening hours: no working time ever passes")
    if not wanted:
        return EPOCH + moment
    table = calendar.timebook.covering(moment)
    target = _passed_at(table, moment) + wanted
    while target > table.passed[-1]:
        table = calendar.timebook.later(table)
    return table.anchors[bisect_left(table.passed, target)] + target


def _unreachable(seconds: float) -> ValueError:
    """What is wrong with an amount of working time that is not from 0 to the horizon."""
    if seconds > _MOST_SECONDS:
        return BeyondHorizon("more working time than the years a calendar is worked out for")
    return ValueError(f"working time to add must be a number of seconds from 0: {seconds}")


def _passed_at(table: Timetable, moment: timedelta) -> timedelta:
    """Working time from the table's start to a moment inside it."""
    place = bisect_right(table.starts, moment) - 1
    return min(moment - table.shifts[place], table.passed[place])


def _since_epoch(calendar: WorkingCalendar, moment: datetime) -> timedelta:
    return calendar.located(moment) - EPOCH
