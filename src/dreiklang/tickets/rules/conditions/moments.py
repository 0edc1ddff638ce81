"""Days and spans as conditions name them: ``2026-11-25``, ``25.11.2026``, ``today``, ``7d``, ``-3h``, ``+2w``."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

#: Words for days, as they may be typed → as they are kept.
DAY_WORDS = {
    "today": "today", "heute": "today", "yesterday": "yesterday", "gestern": "yesterday", "tomorrow": "tomorrow",
    "morgen": "tomorrow", "week": "week", "woche": "week", "month": "month", "monat": "month", "now": "now",
    "jetzt": "now",
}  # fmt: skip
GERMAN_DAYS = {
    "today": "heute", "yesterday": "gestern", "tomorrow": "morgen", "week": "woche", "month": "monat", "now": "jetzt",
}  # fmt: skip
#: Letters for spans; ``t`` is the German day.
UNITS = {
    "m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "t": timedelta(days=1),
    "w": timedelta(days=7),
}  # fmt: skip
_SPAN = re.compile(r"([+-]?)(\d{1,4})([mhdtw])", re.I)
_ISO = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_GERMAN = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
EARLIEST, LATEST = 1970, 2200


def is_moment(value: str) -> bool:
    """Whether a value names a day or a span."""
    return value in DAY_WORDS.values() or _SPAN.fullmatch(value) is not None or _days(value) is not None


def canonical(value: str) -> str:
    """A value as it is kept: English words, ISO days, ``d`` for days. Unknown ones stay as they are."""
    small = value.strip().lower()
    if small in DAY_WORDS:
        return DAY_WORDS[small]
    if found := _SPAN.fullmatch(small):
        sign, count, unit = found.groups()
        return f"{sign}{int(count)}{'d' if unit == 't' else unit}"
    if _GERMAN.fullmatch(small) and (days := _days(small)):
        return days[0].isoformat()
    return small


def span_of(value: str, now: datetime) -> tuple[datetime, datetime]:
    """The first moment of what a value names and the first after it, in the zone of ``now``.

    ``7d`` and ``-7d`` reach from seven days ago until now, ``+2d`` from now on. Raises ValueError for anything else.
    """
    if found := _SPAN.fullmatch(value):
        sign, count, unit = found.groups()
        length = int(count) * UNITS[unit.lower()]
        return (now, now + length) if sign == "+" else (now - length, now)
    if value == "now":
        return now, now
    days = _named(value, now.date()) or _days(value)
    if days is None:
        raise ValueError(value)
    first, after = days
    return datetime.combine(first, time(), now.tzinfo), datetime.combine(after, time(), now.tzinfo)


def point_of(value: str, now: datetime) -> datetime | None:
    """The one moment that a span means when something lies before or after it; None for days."""
    found = _SPAN.fullmatch(value)
    if value == "now":
        return now
    if found is None:
        return None
    length = int(found[2]) * UNITS[found[3].lower()]
    return now + length if found[1] == "+" else now - length


def _named(value: str, today: date) -> tuple[date, date] | None:
    day = timedelta(days=1)
    if value in ("today", "yesterday", "tomorrow"):
        first = today + day * {"today": 0, "yesterday": -1, "tomorrow": 1}[value]
        return first, first + day
    if value == "week":
        first = today - day * today.weekday()
        return first, first + 7 * day
    if value == "month":
        return today.replace(day=1), _month_after(today.year, today.month)
    return None


def _days(value: str) -> tuple[date, date] | None:
    """A day, month or year written in figures, as its first day and the first one after it."""
    try:
        if found := _GERMAN.fullmatch(value):
            day = date(int(found[3]), int(found[2]), int(found[1]))
            return _within(day, day + timedelta(days=1))
        if found := _ISO.fullmatch(value):
            year, month, number = int(found[1]), found[2], found[3]
            if number:
                day = date(year, int(month), int(number))
                return _within(day, day + timedelta(days=1))
            if month:
                return _within(date(year, int(month), 1), _month_after(year, int(month)))
            return _within(date(year, 1, 1), date(year + 1, 1, 1))
    except ValueError:
        return None
    return None


def _within(first: date, after: date) -> tuple[date, date] | None:
    return (first, after) if EARLIEST <= first.year <= LATEST else None


def _month_after(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1)
