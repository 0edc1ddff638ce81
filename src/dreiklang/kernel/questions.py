"""Questions that every page asks: put into words once, then asked again with other values.

To build a queryset and to turn it into SQL costs Django several times what it costs to ask. ``Question`` keeps the
words and what Django needs to make records of the answer. It changes neither the statement nor the records; a
question whose words would depend on its values is refused when it is first asked. The database keeps its part as well:
it reads and plans a statement that comes again and again once for each connection, and is sent the values alone.

Values are numbers, texts, bytes, moments, days, tuples of numbers, and actors: of an actor the person, the teams and
the organisations are values, while kind, rights and levels belong to the words. None and yes or no are words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Generic, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import QuerySet
from psycopg import Binary

from dreiklang.kernel.permissions import Actor

Found = TypeVar("Found")
#: Lists of values have words for each length; longer ones, and more kinds of them, are put into words every time.
LONGEST, MOST_SHAPES = 32, 256
#: A number that some column could not hold is asked for in Django's own way, which knows what fits where.
LARGEST = 2**31
Values = tuple[Any, ...]


@dataclass(frozen=True)
class Words:
    """A statement with places for values. ``slots``: the place of a value and how to make it, or None and itself."""

    sql: str
    slots: tuple[tuple[int | None, Any], ...]

    def filled(self, values: Values) -> tuple[Any, ...]:
        """The parameters for these values."""
        given = list(_flat(values))
        return tuple([made if place is None else made(given[place]) for place, made in self.slots])

    def changing(self, parameters: Values) -> list[Any]:
        """Those of the parameters that are sent with a prepared statement."""
        return [value for value, (place, _made) in zip(parameters, self.slots, strict=True) if place is not None]


@dataclass(frozen=True)
class _Kept:
    """``prepared``: the statement with what never changes written into it, so that the database sees it in its plan."""

    words: Words
    found: Any
    compiler: Any
    prepared: str


class Question(Generic[Found]):
    """A question whose words are the same whatever its values are; ``ask`` makes the queryset from them."""

    def __init__(self, ask: Callable[..., QuerySet[Any, Found]]) -> None:
        self.ask = ask
        self._kept: dict[Values, _Kept | None] = {}

    def __call__(self, *values: Any) -> list[Found]:
        """Every record of the answer."""
        shape = shape_of(values)
        if shape not in self._kept:
            if shape is None or len(self._kept) >= MOST_SHAPES:
                return list(self.ask(*values))
            self._kept[shape] = self._in_words(shape)
        kept = self._kept[shape]
        return [] if kept is None else _asked(kept, kept.words.filled(values))

    def first(self, *values: Any) -> Found | None:
        """The first record, or None. The question should ask for one only."""
        found = self(*values)
        return found[0] if found else None

    def _in_words(self, shape: Values) -> _Kept | None:
        made: list[Any] = []

        def statement(*signs: Any) -> tuple[str, Sequence[Any]]:
            found = self.ask(*signs)
            made.extend((found, found.query.get_compiler(DEFAULT_DB_ALIAS)))
            return made[-1].as_sql()  # type: ignore[no-any-return]

        words = words_of(statement, shape)
        return _Kept(words, made[0], made[1], prepared(words)) if words else None


def prepared(words: Words) -> str:
    """The statement for the database to keep: only what changes is sent apart."""
    operations: Any = connections[DEFAULT_DB_ALIAS].ops
    slots, written = iter(words.slots), operations.compose_sql

    def put_in(found: re.Match[str]) -> str:
        place, value = next(slots) if found[0] == "%s" else (0, None)
        return found[0] if place is not None else written("%s", [value]).replace("%", "%%")

    return re.sub("%%|%s", put_in, words.sql)


def _asked(kept: _Kept, parameters: tuple[Any, ...]) -> list[Any]:
    rows = answered(kept.prepared, kept.words.changing(parameters))
    if not rows:  # nothing to make records of
        return []
    compiler, found = _twin(kept.compiler), _twin(kept.found)
    compiler.connection = connections[DEFAULT_DB_ALIAS]
    chunks = [[row[: compiler.col_count] for row in rows] if compiler.has_extra_select else rows]
    compiler.execute_sql = lambda *_always, **_alike: chunks
    found._result_cache, found._query = None, _twin(found.query)
    found.query.get_compiler = lambda *_always, **_alike: compiler
    return list(found)


def answered(statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """The rows of a statement that the database plans once."""
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(statement, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def _twin(known: Any) -> Any:
    """Another object with the same attributes; copying a queryset would ask it."""
    twin = object.__new__(type(known))
    twin.__dict__.update(known.__dict__)
    return twin


def words_of(statement: Callable[..., tuple[str, Sequence[Any]]], shape: Values) -> Words | None:
    """The words of a statement: made for two sets of signs, to see where they went. None where nothing can fit."""
    signs, others = _signs(shape, 1), _signs(shape, 2)
    try:
        (sql, parameters), (same, changed) = statement(*signs), statement(*others)
    except EmptyResultSet:
        return None
    first, second = list(_flat(signs)), list(_flat(others))
    slots: list[tuple[int | None, Any]] = []
    for value, other in zip(map(_bare, parameters), map(_bare, changed), strict=sql == same):
        place = first.index(value) if value in first else None
        is_sign = place is not None and other == second[place]
        if not is_sign and repr(value) != repr(other):
            raise ValueError(f"The words of this question depend on its values: {value!r}, {other!r} in {sql}")
        slots.append((place, _maker(value)) if is_sign else (None, value))
    if sql != same:
        raise ValueError(f"The words of this question depend on its values: {sql}")
    return Words(sql, tuple(slots))


def _maker(value: Any) -> Callable[[Any], Any]:
    """What Django made of a value, to be made of the next one: numbers bear the type of their column."""
    return type(value) if isinstance(value, int) else _itself


def _bare(value: Any) -> Any:
    """Bytes without the wrapping in which Django hands them over."""
    return value.obj if isinstance(value, Binary) else value


def _itself(value: Any) -> Any:
    return value


def shape_of(values: Values) -> Values | None:
    """What the words depend on: kinds, lengths, and of an actor the rights. None for what is not to be kept."""
    if any(type(value) is int and not -LARGEST <= value < LARGEST for value in _flat(values)):
        return None
    shape: list[Any] = []
    for value in values:
        if type(value) is tuple:
            shape.append(len(value))
        elif type(value) is Actor:
            sizes = len(value.teams), len(value.organizations)
            shape.append((value.kind, value.id is None, value.rights, value.levels, *sizes))
        else:
            shape.append(type(value))
    lengths = [n for part in shape for n in (part[-2:] if type(part) is tuple else (part,)) if type(n) is int]
    return tuple(shape) if max(lengths, default=0) <= LONGEST else None


def _signs(shape: Values, turn: int) -> Values:
    """Values that nobody else uses, one for each of the shape."""
    return tuple(_sign(kind, turn, 200 * place) for place, kind in enumerate(shape))


def _sign(kind: Any, turn: int, place: int) -> Any:
    number = 2_000_000_000 + turn * 100_000 + place
    if isinstance(kind, int):
        return tuple(range(number, number + kind))
    if isinstance(kind, tuple):
        of_kind, is_nobody, rights, levels, teams, organizations = kind
        team, organization = number + 1, number + 100
        circles = {
            "team": frozenset(range(team, team + teams)),
            "level": levels,
            "organization": frozenset(range(organization, organization + organizations)),
        }
        return Actor(of_kind, None if is_nobody else number, "", rights, circles)
    if kind is int:
        return number
    if kind is float:
        return number + 0.5
    if kind is str:
        return f"sign {number}"
    if kind is bytes:
        return f"sign {number}".encode()
    moment = datetime(2900, 1, 1, tzinfo=UTC) + timedelta(days=number % 1_000_000)
    if kind is datetime:
        return moment
    if kind is date:
        return moment.date()
    raise TypeError(f"{kind} cannot be a value of a kept question")


def _flat(values: Values) -> Iterator[Any]:
    for value in values:
        if type(value) is tuple:
            yield from value
        elif type(value) is Actor:
            yield value.id
            yield from sorted(value.teams)
            yield from sorted(value.organizations)
        else:
            yield value
