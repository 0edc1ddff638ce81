"""Time zones: finding them by name, and the stretches of real time in which their offset stays the same."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from dreiklang.calendars.rules.errors import BadCalendar

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

# Names the tz database knows, but that mean "whatever this machine is set to" or count leap seconds.
_NOT_A_PLACE = re.compile(r"localtime|posixrules|(posix|right)/.*")
# No zone has ever changed its offset and changed it back within half a day.
_STEP: Final = 12 * 3600


def zone_named(name: object) -> ZoneInfo:
    """The zone of a tz database name such as `Europe/Berlin`; raises `BadCalendar` for any other value."""
    if isinstance(name, str) and name and not _NOT_A_PLACE.fullmatch(name):
        try:
            return ZoneInfo(name)
        except (ValueError, KeyError, OSError):
            pass
    shown = name if isinstance(name, str) else type(name).__name__
    raise BadCalendar("timezone", f"not a time zone of the tz database: {shown[:60]!r}")


def steady_stretches(zone: ZoneInfo, first_year: int, last_year: int) -> Iterator[tuple[int, int, int]]:
    """Stretches (from, until, offset) in seconds since 1970 UTC that fill the years without gap.

    Within one the zone's offset from UTC, in seconds east, is constant: wall time is UTC plus offset there.
    """
    start = _second(first_year)
    offset = _offset_at(zone, start)
    for year in range(first_year, last_year + 1):
        for moment, new_offset in _changes_in(zone, year):
            yield start, moment, offset
            start, offset = moment, new_offset
    yield start, _second(last_year + 1), offset


@lru_cache(maxsize=4096)
def _changes_in(zone: ZoneInfo, year: int) -> tuple[tuple[int, int], ...]:
    """Moments in a UTC year from which another offset holds, with that offset; exact to the second."""
    changes = []
    before = _second(year)
    old = _offset_at(zone, before)
    # The first second of the next year belongs to this search: a change right there is found once, here.
    end = _second(year + 1)
    while before < end:
        after = min(before + _STEP, end)
        new = _offset_at(zone, after)
        if new != old:
            changes.append((_change_between(zone, before, after), new))
            old = new
        before = after
    return tuple(changes)


def _change_between(zone: ZoneInfo, before: int, after: int) -> int:
    old = _offset_at(zone, before)
    while after - before > 1:
        middle = (before + after) // 2
        if _offset_at(zone, middle) == old:
            before = middle
        else:
            after = middle
    return after


def _offset_at(zone: ZoneInfo, second: int) -> int:
    offset = (EPOCH + timedelta(seconds=second)).astimezone(zone).utcoffset()
    assert offset is not None
    return offset.days * 86400 + offset.seconds


def _second(year: int) -> int:
    return (datetime(year, 1, 1, tzinfo=UTC) - EPOCH).days * 86400
