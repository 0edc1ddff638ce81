"""What time alone does to clocks: most of a promise is used, a promise breaks. Recorded and told once each (P11)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import connection

from dreiklang.kernel import clock
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import WrongState
from dreiklang.kernel.journal import publish, publish_all
from dreiklang.kernel.permissions import Actor, require
from dreiklang.sla.events import PromiseBroken, PromiseEvent, PromiseNear, StagesRecorded
from dreiklang.sla.models import ClockNotice
from dreiklang.sla.rules import RUNNING

WARNING, BREACH = ClockNotice.Stage.WARNING.value, ClockNotice.Stage.BREACH.value
AT_ONCE = 1000

# A ticket that a command is changing now is left for the next sweep: what that command does may meet the clock.
_REACHED = """
SELECT c.id, c.ticket_id, c.metric, c.level, c.state, c.due_at, c.warns_at, c.breached_at, c.met_at,
       t.level, t.team_id, t.state_group = 'settled'
FROM sla_clock c JOIN tickets_ticket t ON t.id = c.ticket_id
WHERE c.next_stage_at < %s
ORDER BY c.next_stage_at, c.id LIMIT %s
FOR UPDATE OF t, c SKIP LOCKED
"""
_RECORD = """
INSERT INTO sla_clocknotice (clock_id, stage, reached_at, recorded_at)
SELECT clock_id, stage, reached_at, %s
FROM unnest(%s::bigint[], %s::text[], %s::timestamptz[]) reached(clock_id, stage, reached_at)
ON CONFLICT (clock_id, stage) DO NOTHING
RETURNING clock_id, stage
"""
_TOLD = """
UPDATE sla_clocknotice SET line_id = told.line_id
FROM unnest(%s::bigint[], %s::text[], %s::bigint[]) told(clock_id, stage, line_id)
WHERE sla_clocknotice.clock_id = told.clock_id AND sla_clocknotice.stage = told.stage
"""
_BREAK = """
UPDATE sla_clock SET state = 'breached', breached_at = due_at, charged_level = broken.level,
       charged_team_id = broken.team_id
FROM unnest(%s::bigint[], %s::smallint[], %s::bigint[]) broken(id, level, team_id)
WHERE sla_clock.id = broken.id
"""
# After a sweep only a breach can lie ahead: the warning has been recorded.
_AHEAD = """
UPDATE sla_clock SET next_stage_at = CASE WHEN state = 'running' THEN due_at END WHERE id = ANY(%s)
"""


class Reached(NamedTuple):
    """A clock that has come to a stage, with who holds its ticket."""

    id: int
    ticket_id: int
    metric: str
    level: int
    state: str
    due_at: datetime
    warns_at: datetime | None
    breached_at: datetime | None
    met_at: datetime | None
    holder_level: int
    holder_team_id: int | None
    is_settled: bool

    def stages(self, now: datetime) -> dict[str, datetime]:
        """The stages that have passed, with their moments."""
        found = {}
        if self.warns_at is not None and self.warns_at < now:
            found[WARNING] = self.warns_at
        if self.breached_at is not None:
            found[BREACH] = self.breached_at
        elif self.state == RUNNING and self.due_at < now:
            found[BREACH] = self.due_at
        return found


@command
def record_stages(*, actor: Actor, at_most: int = AT_ONCE) -> int:
    """Record every stage that clocks have reached by now, and tell of it once; returns how many clocks were looked at.

    Safe with several schedulers, restarts and a clock that jumps: a unique constraint decides who records, and only
    what was recorded here is told here, in the same transaction. A warning that is overtaken by the breach or by the
    deed is recorded and not told. Raises WrongState (code ``nothing_reached``) if there is nothing to do.
    """
    require(actor.is_system)
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(_REACHED, [now, at_most])
        reached = [Reached(*row) for row in cursor.fetchall()]
    if not reached:
        raise WrongState(code="nothing_reached")
    recorded = _record(reached, now)
    _break([one for one in reached if one.state == RUNNING and BREACH in one.stages(now)])
    with connection.cursor() as cursor:
        cursor.execute(_AHEAD, [[one.id for one in reached]])
    publish(StagesRecorded(subject_id=0, clocks=len(reached), recorded=len(recorded)), actor=actor)
    _tell(reached, recorded, actor=actor)
    return len(reached)


def _record(reached: Sequence[Reached], now: datetime) -> set[tuple[int, str]]:
    rows = [(one.id, stage, moment) for one in reached for stage, moment in one.stages(now).items()]
    with connection.cursor() as cursor:
        cursor.execute(
            _RECORD, [now, *(list(column) for column in zip(*rows, strict=True))] if rows else [now, [], [], []]
        )
        return set(cursor.fetchall())


def _break(broken: Iterable[Reached]) -> None:
    rows = [(one.id, one.level or one.holder_level, one.holder_team_id) for one in broken]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(_BREAK, [list(column) for column in zip(*rows, strict=True)])


def _tell(reached: Sequence[Reached], recorded: set[tuple[int, str]], *, actor: Actor) -> None:
    news: list[tuple[int, str, PromiseEvent]] = []
    for one in reached:
        if (one.id, BREACH) in recorded:
            news.append((one.id, BREACH, _event(PromiseBroken, one)))
        elif (one.id, WARNING) in recorded and one.met_at is None and one.breached_at is None:
            news.append((one.id, WARNING, _event(PromiseNear, one)))
    lines = publish_all([event for _id, _stage, event in news], actor=actor)
    told = [(clock_id, stage, line.id) for (clock_id, stage, _event), line in zip(news, lines, strict=True)]
    if told:
        with connection.cursor() as cursor:
            cursor.execute(_TOLD, [list(column) for column in zip(*told, strict=True)])


def _event(kind: type[PromiseEvent], one: Reached) -> PromiseEvent:
    return kind(
        subject_id=one.ticket_id,
        clock_id=one.id,
        metric=one.metric,
        due_at=one.breached_at or one.due_at,
        share_level=one.level,
        holder_level=one.holder_level,
        holder_team_id=one.holder_team_id,
    )
