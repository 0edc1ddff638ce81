"""Where moments lie when only working time has width: the time axis of the staff.

The axis is open stretches, drawn to scale, and between them folds, drawn as a mark of fixed width however
long they lasted. So x = minutes × scale + folds × width of a fold, both from `TimeAxis.position`.
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal, NamedTuple

from dreiklang.calendars.rules.calendar import WorkingCalendar
from dreiklang.calendars.rules.working_time import OpenSpan, open_spans

FoldKind = Literal["break", "night", "weekend", "holiday"]


class Position(NamedTuple):
    """A place on the axis: working minutes since its start, folds passed on the way, whether inside one."""

    minutes: float
    folds: int
    is_folded: bool = False


@dataclass(frozen=True)
class Fold:
    """A closed stretch, in UTC, and the working minutes at which it lies.

    `break` ends on the local day it began on, `night` on a later one; `weekend` touches a day without hours,
    `holiday` a closed day that would have had some. `days` counts the midnights it runs over.
    """

    starts_at: datetime
    ends_at: datetime
    minutes: float
    kind: FoldKind
    days: int


@dataclass(frozen=True)
class TimeAxis:
    """Working time from a start to an end, laid out. Make one with `time_axis`."""

    starts_at: datetime
    ends_at: datetime
    stretches: tuple[OpenSpan, ...]
    folds: tuple[Fold, ...]

    @property
    def minutes(self) -> float:
        """Length of all open stretches together."""
        return sum(stretch.seconds for stretch in self.stretches) / 60

    def position(self, at: datetime) -> Position:
        """Where a moment lies; outside the axis at its edge, inside a fold just before the fold."""
        at = min(max(at, self.starts_at), self.ends_at)
        begun = bisect_right(self.stretches, at, key=lambda stretch: stretch.starts_at)
        minutes = sum((min(s.ends_at, at) - s.starts_at).total_seconds() for s in self.stretches[:begun]) / 60
        entered = bisect_right(self.folds, at, key=lambda fold: fold.starts_at)
        passed = bisect_right(self.folds, at, key=lambda fold: fold.ends_at)
        return Position(minutes, passed, entered > passed)


def time_axis(
    calendar: WorkingCalendar,
    start: datetime,
    end: datetime,
    unfolded: Iterable[tuple[datetime, datetime]] = (),
) -> TimeAxis:
    """The axis between two moments; stretches in `unfolded` have width although closed (work done at night).

    Moments without offset are read in the calendar's zone. An end before the start gives an empty axis.
    """
    starts_at = calendar.located(start).astimezone(UTC)
    ends_at = max(calendar.located(end).astimezone(UTC), starts_at)
    worked = [(calendar.located(a).astimezone(UTC), calendar.located(b).astimezone(UTC)) for a, b in unfolded]
    inside = [(max(a, starts_at), min(b, ends_at)) for a, b in worked]
    stretches = _joined([*open_spans(calendar, starts_at, ends_at), *inside])
    return TimeAxis(starts_at, ends_at, stretches, tuple(_folds(calendar, starts_at, ends_at, stretches)))


def _joined(spans: Iterable[tuple[datetime, datetime]]) -> tuple[OpenSpan, ...]:
    joined: list[OpenSpan] = []
    for starts_at, ends_at in sorted(span for span in spans if span[0] < span[1]):
        if joined and starts_at <= joined[-1].ends_at:
            joined[-1] = OpenSpan(joined[-1].starts_at, max(joined[-1].ends_at, ends_at))
        else:
            joined.append(OpenSpan(starts_at, ends_at))
    return tuple(joined)


def _folds(
    calendar: WorkingCalendar, starts_at: datetime, ends_at: datetime, stretches: Iterable[OpenSpan]
) -> Iterable[Fold]:
    closed_since, minutes = starts_at, 0.0
    for stretch in (*stretches, OpenSpan(ends_at, ends_at)):
        if closed_since < stretch.starts_at:
            kind, days = _kind(calendar, closed_since, stretch.starts_at)
            yield Fold(closed_since, stretch.starts_at, minutes, kind, days)
        minutes += stretch.seconds / 60
        closed_since = stretch.ends_at


def _kind(calendar: WorkingCalendar, starts_at: datetime, ends_at: datetime) -> tuple[FoldKind, int]:
    """What the wall calendar says of a closed stretch, and how many midnights it runs over."""
    first = starts_at.astimezone(calendar.zone).date()
    last = ends_at.astimezone(calendar.zone).date()
    kind: FoldKind = "night" if last > first else "break"
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        has_hours = bool(calendar.week[day.weekday()])
        if has_hours and calendar.is_closed_day(day):
            return "holiday", (last - first).days
        if not has_hours:
            kind = "weekend"
    return kind, (last - first).days
