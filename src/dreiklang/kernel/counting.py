"""How many rows there are, for many lists at once: exact up to a limit, and never counted further."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from dreiklang.kernel.questions import Words, answered, prepared, shape_of, words_of

EXACT_TO = 999


def counts(found: Mapping[str, QuerySet[Any]], *, exact_to: int = EXACT_TO) -> dict[str, int]:
    """How many rows each list has, in one statement; one more than the limit stands for 'more than that'."""
    known = dict.fromkeys(found, 0)
    names, asked, values = _statement(found, exact_to)
    known.update(_counted(names, asked, values))
    return known


class Counts:
    """The same for lists that every page counts: kept in words and prepared (``questions``).

    ``ask`` names the lists from the values; a name that depends on a value is not to be relied on, so the answer is
    told in the order of ``ask``.
    """

    def __init__(self, ask: Callable[..., Mapping[str, QuerySet[Any]]]) -> None:
        self.ask = ask
        self._kept: dict[Any, _Kept] = {}

    def __call__(self, *values: Any) -> list[int]:
        """How many rows each list has."""
        shape = shape_of(values)
        if shape is None:
            return list(counts({str(number): rows for number, rows in enumerate(self.ask(*values).values())}).values())
        if shape not in self._kept:
            self._kept[shape] = self._in_words(shape)
        kept = self._kept[shape]
        if kept.words is None:
            return [0 for _list in kept.can_be]
        (found,) = answered(kept.prepared, kept.words.changing(kept.words.filled(values)))
        known = iter(found)
        return [next(known) if can else 0 for can in kept.can_be]

    def _in_words(self, shape: Any) -> _Kept:
        can_be: list[bool] = []

        def statement(*signs: Any) -> tuple[str, list[Any]]:
            found = {str(number): rows for number, rows in enumerate(self.ask(*signs).values())}
            names, asked, values = _statement(found, EXACT_TO)
            can_be[:] = [name in names for name in found]
            return "SELECT " + ", ".join(asked), values

        words = words_of(statement, shape)
        if words is None or not any(can_be):
            return _Kept(None, "", can_be)
        return _Kept(words, prepared(words), can_be)


@dataclass(frozen=True)
class _Kept:
    """A statement for many lists; ``can_be``: of which lists it asks, as nothing can fit the others."""

    words: Words | None
    prepared: str
    can_be: list[bool]


def _statement(found: Mapping[str, QuerySet[Any]], exact_to: int) -> tuple[list[str], list[str], list[Any]]:
    names: list[str] = []
    asked: list[str] = []
    values: list[Any] = []
    for name, rows in found.items():
        try:
            statement, given = rows.order_by().values("pk")[: exact_to + 1].query.sql_with_params()
        except EmptyResultSet:  # Django sees without asking that nothing can fit
            continue
        names.append(name)
        asked.append(f"(SELECT COUNT(*) FROM ({statement}) counted)")  # noqa: S608 - made by Django, values apart
        values += given
    return names, asked, values


def _counted(names: Sequence[str], asked: Sequence[str], values: Sequence[Any]) -> dict[str, int]:
    if not names:
        return {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(asked), values)
        return dict(zip(names, cursor.fetchone(), strict=True))


def count_words(count: int, *, exact_to: int = EXACT_TO) -> str:
    """A count as lists show it: exact to the limit, then '999+'."""
    return f"{exact_to}+" if count > exact_to else str(count)
