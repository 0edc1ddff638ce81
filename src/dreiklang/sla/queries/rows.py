"""What was measured as the rows that are kept of it, whoever writes them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from dreiklang.sla.queries.measuring import Reading
from dreiklang.sla.rules import MET, PAUSED, RUNNING, Measured

COLUMNS: Final = (
    "version_id", "state", "started_at", "due_at", "target_seconds", "used_seconds", "paused_seconds", "met_at",
    "warns_at", "breached_at", "charged_level", "charged_team_id", "next_stage_at", "measured_at",
)  # fmt: skip
#: A clock of a ticket: metric, level (0 for the customer's promise), round.
Place = tuple[str, int, int]


def rows_of(reading: Reading, now: datetime, *, told: dict[Place, set[str]]) -> dict[Place, tuple[Any, ...]]:
    """The rows of a ticket's clocks by (metric, level, round), in the order of COLUMNS. ``told``: stages recorded."""
    found: dict[Place, tuple[Any, ...]] = {}
    for measured in reading.clocks:
        place = (measured.metric, measured.level or 0, measured.round)
        team = reading.story.team_at(measured.breached_at) if measured.breached_at else None
        warns = measured.warned_at or measured.warns_at
        found[place] = (
            reading.version, measured.state, measured.started_at, measured.due_at, measured.target_seconds,
            measured.used_seconds, measured.paused_seconds, measured.met_at, warns, measured.breached_at,
            measured.charged_level, team, next_stage(measured, told.get(place, set())), now,
        )  # fmt: skip
    return found


def next_stage(measured: Measured, told: set[str]) -> datetime | None:
    """The next moment at which something is to be recorded of a clock: passed and not told yet, or to come."""
    moments = []
    if "warning" not in told and (warns := measured.warned_at or measured.warns_at):
        moments.append(warns)
    if "breach" not in told:
        if measured.breached_at:
            moments.append(measured.breached_at)
        elif measured.state == RUNNING:
            moments.append(measured.due_at)
    return min(moments, default=None)


def next_promise(clocks: Iterable[Measured]) -> datetime | None:
    """When the next of the customer's promises that runs, or is broken and still open, was or is due."""
    running = (c.due_at for c in clocks if c.level is None and c.met_at is None and c.state not in (PAUSED, MET))
    return min(running, default=None)
