"""When series come next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from itertools import islice
from zoneinfo import ZoneInfo

from django.conf import settings

from dreiklang.calendars.queries import working_calendar
from dreiklang.calendars.rules import is_working_day
from dreiklang.tickets.models import Series
from dreiklang.tickets.rules.recurrence import Shift, moved


@dataclass(frozen=True)
class Coming:
    """One time to come: the planned day, and the moment at which it really comes."""

    planned_on: date
    at: datetime

    @property
    def was_moved(self) -> bool:
        """Whether it was moved off a closed day."""
        return self.at.date() != self.planned_on


def coming(series: Series, *, after: date | None = None) -> Iterator[Coming]:
    """The times to come in order, those whose planned day is after a day only."""
    works = partial(is_working_day, working_calendar(series.calendar))
    zone = ZoneInfo(settings.TIME_ZONE)
    for day in series.as_rules().dates(after):
        real = moved(day, Shift(series.shift), works)
        if real is not None:
            yield Coming(day, datetime.combine(real, series.at_time, tzinfo=zone))


def next_times(series: Series, now: datetime, how_many: int = 5) -> list[Coming]:
    """The next times from now on, for the preview."""
    yesterday = now.astimezone(ZoneInfo(settings.TIME_ZONE)).date() - timedelta(days=8)
    ahead = (one for one in coming(series, after=max(yesterday, series.starts_on - timedelta(days=1))) if one.at > now)
    return list(islice(ahead, how_many))
