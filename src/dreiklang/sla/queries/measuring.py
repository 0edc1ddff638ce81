"""A ticket's clocks, measured anew from its journal."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from dreiklang.calendars.rules import CLOSED_WEEK, WorkingCalendar
from dreiklang.sla.queries.contracts import Book, books_in_force, pick, terms_at
from dreiklang.sla.rules import Happening, Measured, Terms, Type, clocks_of
from dreiklang.sla.rules.journal import CODES, Story, Told, latest, story_of
from dreiklang.teams.queries import today

_LINES = """
SELECT subject_id, at, code, actor_kind, plain FROM kernel_journalline
WHERE subject_kind = 'ticket' AND subject_id = ANY(%s) AND code = ANY(%s) ORDER BY id
"""
_LINEAGE = """
WITH RECURSIVE line (id, parent_id, far) AS (
    SELECT id, parent_id, 0 FROM tickets_category WHERE id = %s
    UNION ALL SELECT c.id, c.parent_id, far + 1 FROM tickets_category c JOIN line ON c.id = line.parent_id
) SELECT id FROM line ORDER BY far
"""

#: Where no agreement holds, not even one for everybody.
NOTHING_PROMISED = Terms(WorkingCalendar("UTC", CLOSED_WEEK))


@dataclass(frozen=True)
class Reading:
    """What a ticket was promised and how it stands: its clocks, the version they come from, the story behind them."""

    story: Story
    version: int | None
    clocks: Sequence[Measured]


def told_about(tickets: Iterable[int]) -> dict[int, list[Told]]:
    """The lines that can move the clocks of some tickets, in the order of the journal. One query."""
    found: dict[int, list[Told]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_LINES, [list(tickets), list(CODES)])
        for ticket, at, code, actor_kind, plain in cursor:
            found[ticket].append(Told(at, code, actor_kind, json.loads(plain) if isinstance(plain, str) else plain))
    return found


def read_clocks(
    lines: Sequence[Told],
    *,
    category: int | None,
    now: datetime,
    books: Sequence[Book] | None = None,
    explain: bool = False,
) -> Reading | None:
    """A ticket's clocks at a moment; None for a ticket whose opening nobody wrote down.

    ``books``: every version there is, if the caller has read them for many tickets. ``explain``: with the events that
    each clock heard, for 'why is it so?'.
    """
    story = story_of(lines, category=category)
    if story is None:
        return None
    customers = {customer for _at, customer in story.customers}
    day = today(story.opened_at)
    if books is None:
        books = books_in_force(day, story.opened_at, customers)
    else:
        books = [book for book in books if book.is_in_force(day, story.opened_at, customers)]
    course = list(_course(story, books))
    if not any(terms for _at, _book, terms in course):
        return Reading(story, None, ())
    changes = [Happening(at, Type.TERMS, terms=terms or NOTHING_PROMISED) for at, _book, terms in course[1:]]
    version = next(book.key.version for _at, book, _terms in reversed(course) if book)
    return Reading(
        story, version, clocks_of(course[0][2] or NOTHING_PROMISED, [*changes, *story.log], now, explain=explain)
    )


def _course(story: Story, books: Sequence[Book]) -> Iterator[tuple[datetime, Book | None, Terms | None]]:
    """The terms from the opening on, and each moment at which other ones begin to hold."""
    moments = {story.opened_at, *(at for at, _c in story.customers), *(at for at, _c in story.categories)}
    has_services = any(book.services for book in books)
    if has_services:
        moments |= {at for at, _service in story.services}
    if any(book.team for book in books):
        moments |= {at for at, _team in story.teams}
    for known in books:
        moments |= {since for since, _hours in known.hours if since > story.opened_at}
    has_categories = any(book.categories for book in books)
    former: Terms | None = None
    for at in sorted(moments):
        lineage = lineage_of(latest(story.categories, at)) if has_categories else []
        service = latest(story.services, at) if has_services else None
        book = pick(books, customer=latest(story.customers, at), lineage=lineage, service=service)
        terms = terms_at(book, books, at=at, team=latest(story.teams, at)) if book else None
        if at == story.opened_at or terms is not former:
            yield at, book, terms
        former = terms


def lineage_of(category: int | None) -> list[int]:
    """A category and those above it, nearest first."""
    if category is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_LINEAGE, [category])
        return [found for (found,) in cursor.fetchall()]
