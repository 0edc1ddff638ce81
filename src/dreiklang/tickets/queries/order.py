"""The order of work as the database keeps it: two indexed expressions instead of a sum for every open ticket.

The index of ``rules.order`` changes with time, but its order does not change among tickets that still have slack: the
clock lowers every slack alike, so ``early`` (the index at the epoch) orders them for ever; among those without slack
``late`` does. A page merges the heads of both. Whatever moves a promise moves the ticket, because PostgreSQL computes
the expressions.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from django.db.models import BooleanField, FloatField, Q, QuerySet, Value
from django.db.models.expressions import RawSQL

from dreiklang.tickets.models import Ticket
from dreiklang.tickets.rules.order import DUE_WITHOUT_PROMISE, LOOK_AHEAD, Job

EPOCH: Final = datetime(2020, 1, 1, tzinfo=UTC)
_SINCE: Final = "date_part('epoch', {column} - '2020-01-01 00:00:00+00'::timestamptz)"
_USUAL: Final = " ".join(f"WHEN {p} THEN {span.total_seconds()}" for p, span in DUE_WITHOUT_PROMISE.items())


def _written(table: str = "") -> tuple[str, str, str]:
    """The expressions for start_by, late and early; with the table's name in queries, without it in an index."""
    t = f'"{table}".' if table else ""
    promised, opened = _SINCE.format(column=f"{t}next_promise_at"), _SINCE.format(column=f"{t}opened_at")
    due = f"COALESCE({promised}, {opened} + (CASE {t}priority {_USUAL} ELSE 0 END)::float8)"
    start_by = f"({due} - {t}work_minutes * 60)"
    late = f"ln({t}delay_cost / {t}work_minutes)"
    return start_by, late, f"({late} - {start_by} / {LOOK_AHEAD}::float8)"


START_BY, LATE, EARLY = _written("tickets_ticket")
#: The same for ``CREATE INDEX``, as migration 0003 keeps them; a test holds both together.
INDEXED: Final = _written()


@dataclass(frozen=True)
class Placed:
    """A ticket with its place: the index now, whether it should have been begun already, and the key to go on from."""

    ticket: Ticket
    index: float
    is_late: bool
    key: float

    def cursor(self, at: datetime) -> str:
        """Where the next page begins; ``at`` is the moment of the first one, for which the order stands."""
        return cursor_of(self.ticket.pk, self.key, self.is_late, at)


def cursor_of(pk: int, rank: float, is_late: bool, at: datetime) -> str:
    """Where the page after a row begins."""
    return f"{'l' if is_late else 'e'}_{rank!r}_{pk}_{seconds(at)!r}"


def seconds(at: datetime) -> float:
    """A moment as the expressions count it."""
    return (at - EPOCH).total_seconds()


def halves(found: QuerySet[Ticket], *, at: datetime | float, after: str = "") -> list[QuerySet[Ticket]]:
    """The tickets without slack and those with it, each in its order, with ``rank`` and ``is_late`` on every row.

    Read from the front, after a cursor from behind it (an unreadable one begins at the front). The heads of both,
    merged by ``index_of``, are the head of the whole; each is read by its index. ``at``: a moment, or its ``seconds``.
    """
    cut = _cut(after)
    now = cut.at if cut else at if isinstance(at, float) else seconds(at)
    start_by = RawSQL(START_BY, (), output_field=FloatField())  # noqa: S611 - our own words
    parts: list[QuerySet[Ticket]] = []
    for is_late in (True, False):
        rank = RawSQL(LATE if is_late else EARLY, (), output_field=FloatField())  # noqa: S611
        part = found.alias(start_by=start_by).annotate(rank=rank, is_late=Value(is_late, output_field=BooleanField()))
        part = part.filter(start_by__lte=now) if is_late else part.filter(start_by__gt=now)
        parts.append((part.filter(cut.beyond(is_late, now)) if cut else part).order_by("-rank", "pk"))
    return parts


def index_of(rank: float, is_late: bool, at: datetime) -> float:
    """The index of a row at a moment, from its rank."""
    return rank if is_late else rank + seconds(at) / LOOK_AHEAD


def in_order(found: QuerySet[Ticket], *, at: datetime, limit: int, after: str = "") -> list[Placed]:
    """The first tickets of a list in the order of work, or those after a cursor. Two queries, both by index."""
    at = moment_of(after) or at
    rows = [ticket for half in halves(found, at=at, after=after) for ticket in half[:limit]]
    placed = [Placed(t, index_of(t.rank, t.is_late, at), t.is_late, t.rank) for t in rows]  # type: ignore[attr-defined]
    return sorted(placed, key=lambda one: (-one.index, one.ticket.pk))[:limit]


def moment_of(after: str) -> datetime | None:
    """The moment for which the order of a cursor stands, or None for an unreadable one."""
    cut = _cut(after)
    return EPOCH + timedelta(seconds=cut.at) if cut else None


@dataclass(frozen=True)
class _Cut:
    is_late: bool
    key: float
    pk: int
    at: float

    def beyond(self, is_late: bool, now: float) -> Q:
        """What comes after the last row, in the part of those without slack or with it."""
        if is_late == self.is_late:
            return Q(rank__lt=self.key) | Q(rank=self.key, pk__gt=self.pk)
        shift = now / LOOK_AHEAD
        return Q(rank__lt=self.key + shift if is_late else self.key - shift)


def _cut(after: str) -> _Cut | None:
    parts = after.split("_")
    if len(parts) != 4 or parts[0] not in ("l", "e"):
        return None
    try:
        key, pk, at = float(parts[1]), int(parts[2]), float(parts[3])
    except ValueError:
        return None
    return _Cut(parts[0] == "l", key, pk, at) if abs(key) < 1e12 and abs(at) < 1e10 and abs(pk) < 2**62 else None


def job_of(ticket: Ticket) -> Job:
    """A ticket as the pure rule sees it."""
    return Job(
        ticket.number, ticket.delay_cost, ticket.work_minutes, ticket.priority, ticket.opened_at, ticket.next_promise_at
    )
