"""The sparkline of a row, from the short trail that the ticket keeps: no journal, no calendar, no query."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Any

from django.utils.safestring import SafeString

from dreiklang.web.staff.spark import Trail, spark_svg

#: Hours that count in a sparkline: an ordinary working day. The staff itself uses the service calendar.
BEGINS, ENDS = 7, 19
DAY_MINUTES = (ENDS - BEGINS) * 60
WORKDAYS = 5
#: With fewer working minutes than this, the picture shows plain time: a case of one night is still seen.
LEAST_WORKED = 10


def spark(signs: Sequence[Sequence[Any]], *, now: datetime, zone: tzinfo, language: str) -> SafeString:
    """Draw ``[sign, level, unix minute]`` entries as a sparkline for a list."""
    return spark_svg(trail_of_signs(signs, now=now, zone=zone), "spark-narrow", language=language)


def trail_of_signs(signs: Sequence[Sequence[Any]], *, now: datetime, zone: tzinfo) -> Trail:
    """Signs of a ticket (see ``tickets.commands.holding.mark``) as the trail that the sparkline is drawn from."""
    if not signs:
        return Trail(levels=(1, 2, 3), start=1)
    first, present = int(signs[0][2]), int(now.timestamp() // 60)
    is_silent = _worked(present, zone) - _worked(first, zone) < LEAST_WORKED
    begin = first if is_silent else _worked(first, zone)

    def seconds(minute: int) -> float:
        return max(0.0, ((minute if is_silent else _worked(minute, zone)) - begin) * 60)

    drawn = _Drawn(int(signs[0][1]))
    for sign, level, minute in signs:
        drawn.take(sign, int(level), seconds(int(minute)))
    total = drawn.closed_at if drawn.closed_at is not None else max(drawn.last, seconds(present))
    levels = (1, 2, 3, 4) if 4 in drawn.levels else (1, 2, 3)
    return Trail(
        levels=levels,
        start=drawn.start,
        held=tuple(drawn.held_until(total)),
        rests=tuple((level, since, until) for level, since, until in drawn.rests),
        moves=tuple(drawn.moves),
        outward=tuple(drawn.outward),
        midnights=() if is_silent else tuple(_midnights(first, total, zone, begin)),
        total=total,
        is_closed=drawn.closed_at is not None,
    )


class _Drawn:
    """What has been read of the signs so far."""

    def __init__(self, start: int) -> None:
        self.start = self.level = start
        self.levels = {start}
        self.held: list[tuple[int, float, float | None]] = []
        self.rests: list[tuple[int, float, float | None]] = []
        self.moves: list[tuple[int, int, float, float | None, bool]] = []
        self.outward: list[tuple[int, float]] = []
        self.since: float | None = None
        self.resting: float | None = None
        self.closed_at: float | None = None
        self.last = 0.0

    def take(self, sign: str, level: int, at: float) -> None:
        """Read one sign."""
        self.last = max(self.last, at)
        if sign == "stay":
            self._stay(level, at)
        elif sign == "out":
            self.outward.append((level, at))
        elif sign == "wait":
            self._rest_ends(at)
            self.resting = at
        elif sign == "go":
            self._rest_ends(at)
            self._accepted(at)
        elif sign == "close":
            self._rest_ends(at)
            self.closed_at = at
        elif sign == "open":
            self.closed_at = None

    def _stay(self, level: int, at: float) -> None:
        self._rest_ends(at)
        if self.since is not None:
            self.held.append((self.level, self.since, at))
        if level == self.level:
            self.since = at
        else:
            is_back = level < self.level
            self.moves.append((self.level, level, at, at if is_back else None, is_back))
            self.since = at if is_back else None
        self.level = level
        self.levels.add(level)

    def _accepted(self, at: float) -> None:
        if self.since is None:
            if self.moves and self.moves[-1][3] is None:
                self.moves[-1] = (*self.moves[-1][:3], at, self.moves[-1][4])
            self.since = at

    def _rest_ends(self, at: float) -> None:
        if self.resting is not None:
            self.rests.append((self.level, self.resting, at))
            self.resting = None

    def held_until(self, total: float) -> list[tuple[int, float, float | None]]:
        """The stays with the present one, and the rest that still goes on."""
        if self.resting is not None:
            self.rests.append((self.level, self.resting, total))
        running = [(self.level, self.since, None if self.closed_at is None else self.closed_at)]
        return [*self.held, *([] if self.since is None else running)]  # type: ignore[list-item]


@lru_cache(maxsize=65_536)
def _worked(minute: int, zone: tzinfo) -> float:
    """Minutes of ordinary working days up to a moment, since long ago: differences are what counts."""
    local = datetime.fromtimestamp(minute * 60, tz=zone)
    days = local.date().toordinal() - 1  # ordinal 1 was a Monday
    full = days // 7 * WORKDAYS + min(days % 7, WORKDAYS)
    today = 0.0
    if days % 7 < WORKDAYS:
        today = min(max(local.hour * 60 + local.minute - BEGINS * 60, 0), DAY_MINUTES)
    return full * DAY_MINUTES + today


def _midnights(first: int, total: float, zone: tzinfo, begin: float) -> list[float]:
    """Where a working day ends within the trail; more than three are left to the drawing to drop."""
    local = datetime.fromtimestamp(first * 60, tz=zone)
    found: list[float] = []
    day = local.replace(hour=0, minute=0)
    for _step in range(8):
        day += timedelta(days=1)
        at = (_worked(int(day.timestamp() // 60), zone) - begin) * 60
        if at >= total:
            break
        if at > 0 and at not in found:
            found.append(at)
    return found
