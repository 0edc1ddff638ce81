"""How many rows there are, for many lists at once: exact up to a limit, and never counted further."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

EXACT_TO = 999


def counts(found: Mapping[str, QuerySet[Any]], *, exact_to: int = EXACT_TO) -> dict[str, int]:
    """How many rows each list has, in one statement; one more than the limit stands for 'more than that'."""
    known = dict.fromkeys(found, 0)
    asked: list[tuple[str, str]] = []
    values: list[Any] = []
    for name, rows in found.items():
        try:
            statement, given = rows.order_by().values("pk")[: exact_to + 1].query.sql_with_params()
        except EmptyResultSet:  # Django sees without asking that nothing can fit
            continue
        asked.append((name, f"(SELECT COUNT(*) FROM ({statement}) counted)"))  # noqa: S608 - made by Django, values apart
        values += given
    if asked:
        with connection.cursor() as cursor:
            cursor.execute("SELECT " + ", ".join(count for _name, count in asked), values)
            known.update(zip((name for name, _count in asked), cursor.fetchone(), strict=True))
    return known


def count_words(count: int, *, exact_to: int = EXACT_TO) -> str:
    """A count as lists show it: exact to the limit, then '999+'."""
    return f"{exact_to}+" if count > exact_to else str(count)
