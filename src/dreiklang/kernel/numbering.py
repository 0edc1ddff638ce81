"""Shown numbers: given by a database sequence, so two people at once never get the same one (P14)."""

from __future__ import annotations

from django.db import connection


def next_number(sequence: str) -> int:
    """The next number of a sequence made by a migration. Gaps are possible, repetitions are not."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s::regclass)", [sequence])
        return int(cursor.fetchone()[0])
