"""The clocks of seeded tickets, measured as the commands would, from the lines that are being written."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice

from dreiklang.console.seed.copying import take_numbers
from dreiklang.console.seed.rows import NULL, Rows
from dreiklang.sla.queries.contracts import Book
from dreiklang.sla.queries.measuring import read_clocks
from dreiklang.sla.queries.rows import next_promise, rows_of
from dreiklang.sla.rules.journal import CODES, Told

_CODES = frozenset(CODES)
_AT_ONCE = 2_000


def _numbers(sequence: str) -> Iterator[int]:
    while True:
        yield from islice(take_numbers(sequence, _AT_ONCE), _AT_ONCE)


class Promises:
    """What the desk promises (``all_books``, read once for a whole run). Clocks take their numbers by the thousand."""

    def __init__(self, now: datetime, books: Sequence[Book] = ()) -> None:
        self.now, self.books = now, books
        self.clocks, self.notices = _numbers("sla_clock_id_seq"), _numbers("sla_clocknotice_id_seq")

    def write(self, ticket: int, lines: list[tuple[str, str, str, str]], category: int | None, rows: Rows) -> str:
        """Add the rows of a ticket's clocks, and say when its next promise is due, as a column of COPY.

        ``lines``: (moment, code, kind of actor, plain values as JSON). What is past counts as told: a desk that is
        filled afterwards tells nobody of it.
        """
        if not self.books:
            return NULL
        told = [
            Told(datetime.fromisoformat(at), code, actor, json.loads(plain))
            for at, code, actor, plain in lines
            if code in _CODES
        ]
        reading = read_clocks(told, category=category, now=self.now, books=self.books)
        if reading is None:
            return NULL
        for (metric, level, number), row in rows_of(reading, self.now, told={}).items():
            clock = next(self.clocks)
            (version, state, started, due, target, used, paused, met, warns, broken, charged, team, stage, at) = row
            passed = [("warning", warns)] if warns is not None and warns < self.now else []
            passed += [("breach", broken)] if broken else []
            for name, reached in passed:
                notice = next(self.notices)
                rows.of["sla_clocknotice"].append(f"{notice}\t{clock}\t{name}\t{reached}\t{reached}\t{NULL}\n")
            ahead = due if state == "running" and passed else stage if not passed else None
            values = (
                clock, ticket, metric, level, number, version, state, started, due, target, used, paused, met, warns,
                broken, charged, team, ahead, at,
            )  # fmt: skip
            rows.of["sla_clock"].append("\t".join(NULL if v is None else str(v) for v in values) + "\n")
        return str(next_promise(reading.clocks) or NULL)
