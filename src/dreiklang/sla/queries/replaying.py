"""All clocks measured again from the journal, and how they differ from the rows that are kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import QuerySet

from dreiklang.kernel import clock
from dreiklang.sla.models import Clock
from dreiklang.sla.queries.contracts import all_books
from dreiklang.sla.queries.measuring import Reading, read_clocks, told_about
from dreiklang.sla.rules import MET, RUNNING, Measured
from dreiklang.tickets.models import Ticket

BATCH = 500
#: A breach that is this fresh may wait for the next sweep.
_SWEEP = timedelta(seconds=90)
Place = tuple[str, int, int]


class Difference(NamedTuple):
    """Where a kept clock is not what the journal says: ticket, clock, what is kept, what it should be."""

    ticket_id: int
    number: int
    metric: str
    level: int
    round: int
    field: str
    kept: str
    right: str


def replay(tickets: QuerySet[Ticket]) -> Iterator[tuple[int, list[Difference]]]:
    """Go through tickets in the order of their ids: each with its differences. A few queries per 500 tickets."""
    last = 0
    while True:
        batch = list(
            tickets.filter(pk__gt=last)
            .order_by("pk")
            .values_list("pk", "number", "category_id", "next_promise_at")[:BATCH]
        )
        if not batch:
            return
        yield from _of_batch(batch)
        last = batch[-1][0]


def _of_batch(batch: Sequence[tuple[int, int, int | None, datetime | None]]) -> Iterator[tuple[int, list[Difference]]]:
    ids = [pk for pk, *_rest in batch]
    now, books, lines = clock.now(), all_books(), told_about(ids)
    kept: dict[int, dict[Place, Clock]] = {pk: {} for pk in ids}
    for row in Clock.objects.filter(ticket_id__in=ids).exclude(state="void"):
        kept[row.ticket_id][row.metric, row.level, row.round] = row
    for pk, number, category, _promise in batch:
        reading = read_clocks(lines[pk], category=category, now=now, books=books)
        found = [Difference(pk, number, *one) for one in _compare(kept[pk], reading, now)]
        yield pk, found


def _compare(kept: dict[Place, Clock], reading: Reading | None, now: datetime) -> Iterator[tuple[Any, ...]]:
    right: dict[Place, Measured] = {}
    if reading is not None:
        right = {(c.metric, c.level or 0, c.round): c for c in reading.clocks}
    for place in sorted(kept.keys() | right.keys()):
        row, measured = kept.get(place), right.get(place)
        if row is None or measured is None:
            yield *place, "clock", "kept" if row else "missing", "measured" if measured else "none"
            continue
        for field, has, should in _fields(row, measured):
            if has != should and not _is_about_to_be_swept(row, measured, now):
                yield *place, field, str(has), str(should)


def _fields(row: Clock, measured: Measured) -> Iterator[tuple[str, Any, Any]]:
    yield "state", row.state, measured.state
    yield "started_at", row.started_at, measured.started_at
    yield "met_at", row.met_at, measured.met_at
    yield "breached_at", row.breached_at, measured.breached_at
    yield "charged_level", row.charged_level, measured.charged_level
    yield "target_seconds", row.target_seconds, measured.target_seconds
    if measured.state == MET or measured.breached_at or measured.state == RUNNING:
        yield "due_at", row.due_at, measured.due_at
    if measured.met_at is not None:
        yield "used_seconds", row.used_seconds, measured.used_seconds
        yield "paused_seconds", row.paused_seconds, measured.paused_seconds


def _is_about_to_be_swept(row: Clock, measured: Measured, now: datetime) -> bool:
    return row.state == RUNNING and measured.breached_at is not None and measured.breached_at > now - _SWEEP
