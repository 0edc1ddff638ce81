"""Keeps the rows of clocks as the journal says. Derived, so it leaves no line of its own: it runs inside the commands
whose lines move the clocks, and gives the same result however often it runs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from django.db import connection

from dreiklang.kernel import clock
from dreiklang.kernel.command import derived
from dreiklang.sla.queries.measuring import read_clocks, told_about
from dreiklang.sla.queries.rows import COLUMNS, Place, next_promise, rows_of

_KEY: Final = ("ticket_id", "metric", "level", "round")
_STORED = f"""
SELECT ticket.category_id, ticket.next_promise_at, c.metric, c.level, c.round,
       {", ".join(f"c.{column}" for column in COLUMNS[:-1])},
       (SELECT array_agg(stage) FROM sla_clocknotice notice WHERE notice.clock_id = c.id)
FROM tickets_ticket ticket LEFT JOIN sla_clock c ON c.ticket_id = ticket.id WHERE ticket.id = %s
"""  # noqa: S608 - the columns are ours
_UPSERT = f"""
INSERT INTO sla_clock ({", ".join((*_KEY, *COLUMNS))}) VALUES {{rows}}
ON CONFLICT (ticket_id, metric, level, round)
DO UPDATE SET {", ".join(f"{column} = excluded.{column}" for column in COLUMNS)}
"""  # noqa: S608
_PROMISE = "UPDATE tickets_ticket SET next_promise_at = %s WHERE id = %s"


@derived
def keep_clocks(ticket_id: int) -> None:
    """Measure the clocks of a ticket, which is locked, and write what has changed, with its next promise."""
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(_STORED, [ticket_id])
        found = cursor.fetchall()
        category, former = found[0][:2]
        stored = {(row[2], row[3], row[4]): row[5:] for row in found if row[2] is not None}
        reading = read_clocks(told_about([ticket_id])[ticket_id], category=category, now=now)
        if reading is None:
            return
        wanted = rows_of(reading, now, told={place: set(row[-1] or ()) for place, row in stored.items()})
        changed = [
            (ticket_id, *place, *row) for place, row in wanted.items() if stored.get(place, (None,))[:-1] != row[:-1]
        ]
        _write(cursor, changed)
        _void(cursor, ticket_id, stored.keys() - wanted.keys())
        promise = next_promise(reading.clocks)
        if promise != former:
            cursor.execute(_PROMISE, [promise, ticket_id])


def _write(cursor: Any, rows: Sequence[tuple[Any, ...]]) -> None:
    if rows:
        one = f"({', '.join(['%s'] * len(rows[0]))})"
        values = [value for row in rows for value in row]
        cursor.execute(_UPSERT.format(rows=", ".join([one] * len(rows))), values)


def _void(cursor: Any, ticket_id: int, places: Iterable[Place]) -> None:
    """Clocks for which nothing is promised any more: their notices stay, so that none is told a second time."""
    for place in places:
        cursor.execute(
            "UPDATE sla_clock SET state = 'void', next_stage_at = NULL"
            " WHERE ticket_id = %s AND metric = %s AND level = %s AND round = %s AND state <> 'void'",
            [ticket_id, *place],
        )
