"""Which agreement holds for a ticket, and the terms it has over time. What was read once is kept until it changes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import connection

from dreiklang.calendars.models import ServiceCalendar
from dreiklang.calendars.queries import hours_over_time
from dreiklang.calendars.rules import WorkingCalendar
from dreiklang.sla.models import Agreement, AgreementVersion
from dreiklang.sla.rules import Share, Target, Terms

_ALL = """
SELECT version.id, version.xmin::text, calendar.id, calendar.xmin::text
FROM sla_agreementversion version
JOIN sla_agreement agreement ON agreement.id = version.agreement_id
JOIN calendars_servicecalendar calendar ON calendar.id = version.calendar_id
WHERE agreement.kind IN ('sla', 'ola') AND NOT agreement.is_template
"""
_IN_FORCE = f"""{_ALL}
  AND version.validity @> %s::date AND version.since_at <= %s
  AND (agreement.organization_id IS NULL OR agreement.organization_id = ANY(%s))
ORDER BY version.id
"""


class Key(NamedTuple):
    """A version and its calendar, each with the mark that PostgreSQL gives every state of a row."""

    version: int
    version_mark: str
    calendar: int
    calendar_mark: str


@dataclass(frozen=True)
class Book:
    """A version in force as the clocks need it: for whom, what it covers, its hours over time."""

    key: Key
    kind: str
    organization: int | None
    level: int | None
    team: int | None
    categories: frozenset[int]
    services: frozenset[int]
    targets: tuple[Target, ...]
    pauses: frozenset[str]
    shares: tuple[tuple[int, float | None, float | None], ...]
    warn_percent: int
    hours: tuple[tuple[datetime, WorkingCalendar], ...]
    first_day: date
    after_last_day: date | None
    since_at: datetime

    def is_in_force(self, day: date, at: datetime, customers: Collection[int]) -> bool:
        """Whether it was valid on a day and known at a moment, for everybody or one of some customers."""
        is_valid = self.first_day <= day and (self.after_last_day is None or day < self.after_last_day)
        return is_valid and self.since_at <= at and (self.organization is None or self.organization in customers)

    def hours_at(self, at: datetime) -> WorkingCalendar:
        """The hours its calendar had at a moment."""
        return next((hours for since, hours in reversed(self.hours) if since <= at), self.hours[0][1])


def books_in_force(day: date, at: datetime, customers: Iterable[int]) -> list[Book]:
    """Agreements that were valid on a day and known at a moment: of some customers, for everybody, between levels."""
    with connection.cursor() as cursor:
        cursor.execute(_IN_FORCE, [day, at, list(customers)])
        return [_book(Key(*row)) for row in cursor.fetchall()]


def all_books() -> list[Book]:
    """Every version there is, for whoever measures many tickets at one time."""
    with connection.cursor() as cursor:
        cursor.execute(_ALL)
        return [_book(Key(*row)) for row in cursor.fetchall()]


@lru_cache(maxsize=2048)
def _book(key: Key) -> Book:
    version = AgreementVersion.objects.select_related("agreement").get(pk=key.version)
    agreement = version.agreement
    return Book(
        key=key,
        kind=agreement.kind,
        organization=agreement.organization_id,
        level=agreement.level,
        team=agreement.team_id,
        categories=frozenset(version.categories.values_list("pk", flat=True)),
        services=frozenset(version.services.values_list("pk", flat=True)),
        targets=targets_from(version.targets),
        pauses=frozenset(version.pauses),
        shares=tuple((s["level"], s.get("percent"), s.get("minutes")) for s in version.shares),
        warn_percent=version.warn_percent,
        hours=tuple(hours_over_time(ServiceCalendar.objects.get(pk=key.calendar))),
        first_day=version.validity.lower,
        after_last_day=version.validity.upper,
        since_at=version.since_at,
    )


def targets_from(written: Sequence[dict[str, Any]]) -> tuple[Target, ...]:
    """The targets of a version as the rules take them."""
    return tuple(Target(t["metric"], t["minutes"] * 60, t.get("priority"), t.get("kind")) for t in written)


def pick(books: Sequence[Book], *, customer: int, lineage: Sequence[int], service: int | None = None) -> Book | None:
    """The agreement that holds for a customer's ticket: of the customer's own ones that cover it the one that says so
    most closely (its service, then its category or the nearest above it), else the one for everybody.

    ``lineage``: the category and those above it, nearest first.
    """
    agreements = [book for book in books if book.kind == Agreement.Kind.SLA]
    for owner in (customer, None):
        covering = [
            (closeness, book)
            for book in agreements
            if book.organization == owner and (closeness := _closeness(book, lineage, service)) is not None
        ]
        if covering:
            return max(covering, key=lambda found: found[0])[1]
    return None


def _closeness(book: Book, lineage: Sequence[int], service: int | None) -> tuple[bool, int] | None:
    """How closely an agreement speaks of a ticket, None if it does not cover it."""
    if book.services and service not in book.services:
        return None
    far = next((far for far, category in enumerate(lineage) if category in book.categories), None)
    if book.categories and far is None:
        return None
    return bool(book.services), 0 if far is None else len(lineage) - far


def terms_at(book: Book, books: Sequence[Book], *, at: datetime, team: int | None) -> Terms:
    """The terms of an agreement at a moment, with the shares of the levels: its own, else those of the OLAs."""
    shares = tuple(_ola_shares(books, at=at, team=team)) if not book.shares else ()
    return _terms(book.key, book.hours_at(at), shares)


def _ola_shares(books: Sequence[Book], *, at: datetime, team: int | None) -> Iterable[tuple[Key, WorkingCalendar]]:
    """For each level the OLA of the team that has the ticket, else the one of the whole level."""
    olas = [book for book in books if book.kind == Agreement.Kind.OLA and book.shares]
    for level in sorted({book.level or 0 for book in olas}):
        of_level = [book for book in olas if book.level == level]
        chosen = next((b for b in of_level if b.team == team and team), None) or next(
            (b for b in of_level if b.team is None), None
        )
        if chosen is not None:
            yield chosen.key, chosen.hours_at(at)


@lru_cache(maxsize=4096)
def _terms(key: Key, hours: WorkingCalendar, olas: tuple[tuple[Key, WorkingCalendar], ...]) -> Terms:
    book = _book(key)
    shares = [_share(share, None) for share in book.shares]
    shares += [_share(_book(ola).shares[0], own) for ola, own in olas]
    whole = sum(share.percent or 0 for share in shares)
    if whole > 100:  # OLAs are signed one by one: together they share out the whole promise, and no more
        shares = [Share(s.level, s.percent and s.percent * 100 / whole, s.seconds, s.calendar) for s in shares]
    return Terms(hours, book.targets, book.pauses, tuple(shares), book.warn_percent)


def _share(written: tuple[int, float | None, float | None], hours: WorkingCalendar | None) -> Share:
    level, percent, minutes = written
    return Share(level, percent=percent, seconds=None if minutes is None else minutes * 60, calendar=hours)
