"""The rows of a batch of tickets while they are made: lines of COPY, ids, journal lines with their digests."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Iterator
from hashlib import sha256

from dreiklang.console.seed.copying import TABLES

NULL = "\\N"


class Rows:
    """Collects finished lines by table. ``ids`` gives the numbers of each table; without them it only counts."""

    def __init__(self, ids: dict[str, Iterator[int]], *, epoch: int, transaction: int) -> None:
        self.of: dict[str, list[str]] = {table: [] for table in TABLES}
        self._ids = ids
        self._lines = self.of["kernel_journalline"]
        #: The lines of the ticket that is being made: (moment, code, kind of actor, plain values).
        self.told: list[tuple[str, str, str, str]] = []
        self._words = self.of["kernel_journalwords"]
        self._end = f"\t{epoch}\t{transaction}\n"

    def next_id(self, table: str) -> int:
        """The next number of a table."""
        return next(self._ids[table])

    def counts(self) -> Counter[str]:
        """Rows by table."""
        return Counter({table: len(lines) for table, lines in self.of.items()})

    def tell(self, ticket: int, at: str, code: str, actor: int | None, plain: str, words: str = "") -> None:
        """A journal line as ``journal.publish`` writes it: salted digest in the line, words beside it.

        ``plain`` and ``words`` are canonical JSON that needs no escapes; ``actor`` is a person, None the desk itself.
        """
        line = next(self._ids["kernel_journalline"])
        digest = NULL
        if words:
            salt = os.urandom(16)
            digest = "\\\\x" + sha256(salt + words.encode()).hexdigest()
            self._words.append(f"{line}\t\\\\x{salt.hex()}\t{words}\n")
        self.told.append((at, code, "person" if actor else "system", plain))
        who = f"person\t{actor}" if actor else f"system\t{NULL}"
        self._lines.append(f"{line}\t{at}\t{code}\t{who}\tticket\t{ticket}\t{plain}\t{digest}{self._end}")


def stamp(moment: int) -> str:
    """UTC seconds as PostgreSQL reads them, and as ISO 8601."""
    return time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime(moment))
