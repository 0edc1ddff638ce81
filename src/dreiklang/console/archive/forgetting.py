"""Who was erased stays erased: what the register names is erased again in a restored desk (P45)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg

from dreiklang.console.answers import BAD_DATA, Refused
from dreiklang.console.cluster.connection import connection_words
from dreiklang.exchange import register

_DONE = """
SELECT person_id, first_line, first_line_at, done_at
FROM exchange_erasure WHERE done_at IS NOT NULL ORDER BY id
"""


def known_erasures(home: Path, given: Path | None) -> list[register.Entry]:
    """What the register in the home and the one that was given say. Refuses, before anything is changed, if one of
    them cannot be read.
    """
    if given is not None and not given.is_file():
        raise Refused(BAD_DATA, f"there is no register of erasures at {given}; nothing was changed")
    try:
        found = [entry for path in (home / register.NAME, given) if path is not None for entry in register.read(path)]
    except (ValueError, OSError) as wrong:
        raise Refused(BAD_DATA, f"the register of erasures cannot be read: {wrong}; nothing was changed") from wrong
    return list(dict.fromkeys(found))


def erasures_of_present_desk() -> list[register.Entry]:
    """What the database that is about to be replaced knows of; it would be lost with it."""
    with psycopg.connect(**connection_words("owner")) as connection:
        there = connection.execute("SELECT to_regclass('exchange_erasure') IS NOT NULL").fetchone()
        if not there or not there[0]:
            return []
        rows = connection.execute(_DONE).fetchall()
    return [_entry(row) for row in rows]


def _entry(row: tuple[Any, ...]) -> register.Entry:
    person, first_line, first_at, done_at = row
    return register.Entry(person, first_line, register.moment(first_at), register.moment(done_at))


def erase_again(entries: list[register.Entry]) -> None:
    """Erase everybody the entries name who is in this database and not erased in it. Needs Django, as the owner."""
    from dreiklang.exchange.commands.erasing import erase_named
    from dreiklang.kernel.permissions import system

    for entry in entries:
        erase_named(entry, actor=system("restore"))


def erased_again() -> int:
    """How many were erased again in the life that has just begun."""
    with psycopg.connect(**connection_words("owner")) as connection:
        found = connection.execute(
            "SELECT count(*) FROM exchange_erasure WHERE is_again AND epoch = (SELECT epoch FROM kernel_instance)"
        ).fetchone()
    return int(found[0]) if found else 0
