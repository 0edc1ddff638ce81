"""An independent, slow account of working time: walk through every minute and look at the wall clock.

It shares nothing with the rules under test: the week is read from its written form, each minute of real time
is turned into wall time by `zoneinfo`, and the only question is whether the wall clock then shows a time
inside a span that starts on that day or the day before. Offsets and spans are whole minutes in all zones used
here, so it cannot open or close inside a minute.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTE = timedelta(minutes=1)
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Oracle:
    """A calendar in its written form, and the days on which nothing starts."""

    timezone: str
    week: dict[str, list[list[str]]]
    closed: frozenset[date]

    def is_open(self, at: datetime) -> bool:
        """Whether the wall clock shows a time inside a span."""
        wall = at.astimezone(ZoneInfo(self.timezone)).replace(tzinfo=None)
        for day in (wall.date(), wall.date() - ONE_DAY):
            if day in self.closed:
                continue
            midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - wall time is meant
            for start, end in self.week.get(DAYS[day.weekday()], []):
                opens, closes = midnight + _clock(start), midnight + _clock(end)
                if closes <= opens:
                    closes += ONE_DAY
                if opens <= wall < closes:
                    return True
        return False

    def seconds_between(self, start: datetime, end: datetime) -> float:
        """Open time between two moments, the first and last minute in part."""
        start, end = start.astimezone(UTC), end.astimezone(UTC)
        total = timedelta()
        minute = start.replace(second=0, microsecond=0)
        while minute < end:
            if self.is_open(minute):
                total += min(end, minute + MINUTE) - max(start, minute)
            minute += MINUTE
        return total.total_seconds()

    def added(self, start: datetime, seconds: float, within: timedelta) -> datetime | None:
        """The first moment by which so much open time has passed; None if that takes longer than `within`."""
        start = start.astimezone(UTC)
        left = timedelta(seconds=seconds)
        minute = start.replace(second=0, microsecond=0)
        while left and minute < start + within:
            if self.is_open(minute):
                begins = max(start, minute)
                passes = min(left, minute + MINUTE - begins)
                left -= passes
                if not left:
                    return begins + passes
            minute += MINUTE
        return None if left else start


def _clock(written: str) -> timedelta:
    hours, minutes = written.split(":")
    return timedelta(hours=int(hours), minutes=int(minutes))
