"""Counting whole working days, as people do when they say 'in three working days'."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from dreiklang.calendars.rules.calendar import WorkingCalendar
from dreiklang.calendars.rules.working_time import open_spans

#: A calendar that opens on no day of this many has no working days at all.
_MOST_CLOSED = 400


def is_working_day(calendar: WorkingCalendar, day: date) -> bool:
    """Whether the calendar opens at all on a day. One without any hours counts Monday to Friday."""
    if not calendar.has_hours:
        return day.weekday() < 5
    midnight = datetime.combine(day, time(), tzinfo=calendar.zone)
    return bool(open_spans(calendar, midnight, midnight + timedelta(days=1)))


def after_working_days(calendar: WorkingCalendar, moment: datetime, days: int) -> datetime:
    """The same time of day, some working days later; the day of the moment itself does not count.

    Raises ValueError for a calendar that stays closed for more than a year.
    """
    day, left = moment.astimezone(calendar.zone), days
    for _passed in range(days + _MOST_CLOSED):
        if not left:
            return day
        day += timedelta(days=1)
        left -= is_working_day(calendar, day.date())
    raise ValueError("this calendar has no working days")


def working_day_from(calendar: WorkingCalendar, day: date) -> date:
    """The day itself if it is a working day, else the next one. Raises ValueError if there is none for a year."""
    for ahead in range(_MOST_CLOSED):
        if is_working_day(calendar, day + timedelta(days=ahead)):
            return day + timedelta(days=ahead)
    raise ValueError("this calendar has no working days")
