"""Who had the ticket, and how long: from handover to handover, so that the sum of all is the ticket's age."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dreiklang.calendars.rules import working_seconds_between
from dreiklang.web.staff.score import Score, Stroke


@dataclass(frozen=True, slots=True)
class Holding:
    """One level's turn: from the handover to it (or the opening) until it hands on, the closing, or now."""

    level: int
    since: datetime
    until: datetime
    seconds: float
    came_by: Stroke | None = None
    left_by: Stroke | None = None


def worked(score: Score, since: datetime, until: datetime) -> float:
    """Seconds of service time between two moments; of plain time where a calendar has no hours at all."""
    if not score.calendar.has_hours:
        return max(0.0, (until - since).total_seconds())
    return working_seconds_between(score.calendar, since, until)


def first_level(score: Score) -> int:
    """The level at which the ticket began."""
    if score.strokes:
        return min(score.strokes, key=lambda stroke: stroke.handed_at).from_level
    if score.stays:
        return score.stays[0].level
    return score.lines[0].level if score.lines else 1


def holdings(score: Score) -> tuple[Holding, ...]:
    """The turns in order of time. While a ticket is closed nobody holds it."""
    found: list[Holding] = []
    for opened, closed in open_stretches(score):
        turns = [s for s in sorted(score.strokes, key=lambda s: s.handed_at) if opened <= s.handed_at <= closed]
        level, since = found[-1].level if found else first_level(score), opened
        came: Stroke | None = None
        if found and turns and turns[0].handed_at == opened:  # reopened at another level than it was closed at
            came = turns.pop(0)
            level = came.to_level
        for stroke in turns:
            found.append(_turn(score, level, since, stroke.handed_at, came, stroke))
            level, since, came = stroke.to_level, stroke.handed_at, stroke
        found.append(_turn(score, level, since, closed, came, None))
    return tuple(found)


def open_stretches(score: Score) -> list[tuple[datetime, datetime]]:
    """The stretches in which the ticket was open: one, and one more for each reopening."""
    stretches: list[tuple[datetime, datetime]] = []
    since: datetime | None = score.opened_at
    for closure in score.closures:
        if since is not None:
            stretches.append((since, max(since, closure.at)))
        since = closure.reopened_at
    if since is not None:
        stretches.append((since, max(since, score.now)))
    return stretches


def held_for(score: Score) -> dict[int, float]:
    """Service seconds per level, for every line of the staff."""
    sums = {line.level: 0.0 for line in score.lines}
    for turn in holdings(score):
        sums[turn.level] = sums.get(turn.level, 0.0) + turn.seconds
    return sums


def age(score: Score) -> float:
    """Service seconds in which the ticket was open."""
    return sum(worked(score, since, until) for since, until in open_stretches(score))


def _turn(
    score: Score, level: int, since: datetime, until: datetime, came: Stroke | None, left: Stroke | None
) -> Holding:
    return Holding(level, since, until, worked(score, since, until), came, left)
