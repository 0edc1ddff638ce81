"""The weekly opening hours: how they are written, and what they mean in minutes of the wall clock."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Final

from dreiklang.calendars.rules.errors import BadCalendar

DAY_NAMES: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTES_A_DAY: Final = 1440

# A span in minutes of the wall clock since midnight of the day it starts on; the end may pass 1440.
Span = tuple[int, int]
# Seven days, Monday first. Spans may overlap, within a day and into the next: they count once.
Week = tuple[tuple[Span, ...], ...]
# Days with hours of their own, in the order of the days.
ExtraDays = tuple[tuple[date, tuple[Span, ...]], ...]

CLOSED_WEEK: Final[Week] = ((),) * 7

_CLOCK = re.compile(r"([01][0-9]|2[0-4]):([0-5][0-9])", re.ASCII)


def week_from(written: object, path: str = "week") -> Week:
    """The week from its written form `{"mon": [["08:00", "12:00"], …], …}`; days left out are closed.

    An end that is not after its start lies on the next day, so `["22:00", "06:00"]` is a night shift and
    `["00:00", "00:00"]` the same as `["00:00", "24:00"]`. Raises `BadCalendar` with the place.
    """
    if not isinstance(written, Mapping):
        raise BadCalendar(path, "must be an object of weekdays")
    for name in written:
        if name not in DAY_NAMES:
            raise BadCalendar(f"{path}.{name}", f"unknown weekday; known are {', '.join(DAY_NAMES)}")
    return tuple(_day_from(written.get(name, ()), f"{path}.{name}") for name in DAY_NAMES)


def written_week(week: Week) -> dict[str, list[list[str]]]:
    """The written form of a week, closed days left out; `week_from` reads it back to the same value."""
    return {
        name: [[_clock(start), _clock(end)] for start, end in spans]
        for name, spans in zip(DAY_NAMES, week, strict=True)
        if spans
    }


def extra_days_from(written: object, path: str = "extra_days") -> ExtraDays:
    """Days with hours of their own from `{"2026-12-24": [["08:00", "12:00"]], …}`, in order. Raises `BadCalendar`."""
    if not isinstance(written, Mapping):
        raise BadCalendar(path, "must be an object of days")
    found = {}
    for day, spans in written.items():
        try:
            found[date.fromisoformat(day)] = _day_from(spans, f"{path}.{day}")
        except (TypeError, ValueError) as wrong:
            if isinstance(wrong, BadCalendar):
                raise
            raise BadCalendar(path, f"not a day such as 2026-12-24: {shown(day)}") from wrong
        if not found[date.fromisoformat(day)]:
            raise BadCalendar(f"{path}.{day}", "has no span; a day without any is a closed day")
    return tuple(sorted(found.items()))


def written_extra_days(extra: ExtraDays) -> dict[str, list[list[str]]]:
    """The written form of days with hours of their own; `extra_days_from` reads it back to the same value."""
    return {day.isoformat(): [[_clock(start), _clock(end)] for start, end in spans] for day, spans in extra}


def checked_week(week: Week) -> Week:
    """The same week with each day's spans in order; refuses minutes that no day has."""
    if len(week) != len(DAY_NAMES):
        raise BadCalendar("week", "must have seven days, Monday first")
    for name, spans in zip(DAY_NAMES, week, strict=True):
        for start, end in spans:
            if not (0 <= start < MINUTES_A_DAY and start < end <= start + MINUTES_A_DAY):
                raise BadCalendar(f"week.{name}", f"no span of a day: minute {start} to {end}")
    return tuple(tuple(sorted(set(spans))) for spans in week)


def _day_from(written: object, path: str) -> tuple[Span, ...]:
    if not isinstance(written, list | tuple):
        raise BadCalendar(path, 'must be a list of spans such as ["08:00", "12:00"]')
    return tuple(sorted({_span_from(span, f"{path}[{place}]") for place, span in enumerate(written)}))


def _span_from(written: object, path: str) -> Span:
    if not isinstance(written, list | tuple) or len(written) != 2:
        raise BadCalendar(path, 'must be a pair of times such as ["08:00", "12:00"]')
    start = _minute_from(written[0], f"{path}[0]")
    end = _minute_from(written[1], f"{path}[1]")
    if start == MINUTES_A_DAY:
        raise BadCalendar(f"{path}[0]", "a span cannot start at 24:00; write 00:00 on the next day")
    return start, end if end > start else end + MINUTES_A_DAY


def _minute_from(written: object, path: str) -> int:
    clock = _CLOCK.fullmatch(written) if isinstance(written, str) else None
    if clock is None:
        raise BadCalendar(path, f"not a time between 00:00 and 24:00: {shown(written)}")
    minute = int(clock[1]) * 60 + int(clock[2])
    if minute > MINUTES_A_DAY:
        raise BadCalendar(path, f"not a time between 00:00 and 24:00: {shown(written)}")
    return minute


def _clock(minute: int) -> str:
    """A minute as written: 24:00 stays, later ends show the clock of the next day."""
    if minute > MINUTES_A_DAY:
        minute -= MINUTES_A_DAY
    return f"{minute // 60:02d}:{minute % 60:02d}"


def shown(written: object) -> str:
    """What was written, short enough for an error line."""
    try:
        text = repr(written)
    except ValueError:  # an integer of thousands of digits refuses to become text
        text = "a very large number"
    return text if len(text) <= 60 else text[:57] + "…"
