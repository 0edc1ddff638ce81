"""What other hours of a calendar would do to promises that run, before they are saved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Min

from dreiklang.calendars.models import ServiceCalendar
from dreiklang.calendars.rules import WorkingCalendar
from dreiklang.kernel import clock
from dreiklang.kernel.permissions import Actor
from dreiklang.sla.models import AgreementVersion, Clock
from dreiklang.sla.queries.contracts import Book, all_books
from dreiklang.sla.queries.measuring import read_clocks, told_about
from dreiklang.sla.rules import PAUSED, RUNNING, Measured
from dreiklang.tickets import policy as tickets
from dreiklang.tickets.models import Ticket

#: So many tickets, those due next first, are measured; a page must not take longer than a breath.
AT_MOST = 1000


@dataclass(frozen=True)
class Move:
    """A promise that would fall due at another moment. ``level`` 0: the customer's."""

    ticket: Ticket
    metric: str
    level: int
    due_at: datetime
    would_be_due_at: datetime


@dataclass(frozen=True)
class Effect:
    """What would become of running promises: those that move, on tickets one may see; how many move in all;
    how many were looked at, and whether those were all."""

    moves: Sequence[Move]
    moved: int
    looked_at: int
    are_all: bool


def effect_of(calendar: ServiceCalendar, hours: WorkingCalendar, *, actor: Actor) -> Effect:
    """What would happen to promises that run now if a calendar had other hours from now on. Writes nothing.

    A paused promise moves as if it went on at once. Three queries, and a measure twice for each open ticket.
    """
    ids = _tickets_counting_in(calendar)
    now, books, lines = clock.now(), all_books(), told_about(ids[:AT_MOST])
    changed = [_with_hours(book, calendar, hours, now) for book in books]
    categories = dict(Ticket.objects.filter(pk__in=ids[:AT_MOST]).values_list("pk", "category_id"))
    moved: list[tuple[int, Measured, Measured]] = []
    for pk in ids[:AT_MOST]:
        before = read_clocks(lines[pk], category=categories[pk], now=now, books=books)
        after = read_clocks(lines[pk], category=categories[pk], now=now, books=changed)
        if before and after:
            moved += [(pk, old, new) for old, new in _pairs(before.clocks, after.clocks)]
    seen = tickets.visible_to(actor).in_bulk([pk for pk, _old, _new in moved])
    moves = [Move(seen[pk], old.metric, old.level or 0, old.due_at, new.due_at) for pk, old, new in moved if pk in seen]
    moves.sort(key=lambda move: (move.would_be_due_at, move.ticket.number, move.level))
    return Effect(moves, len(moved), min(len(ids), AT_MOST), len(ids) <= AT_MOST)


def _tickets_counting_in(calendar: ServiceCalendar) -> list[int]:
    """Tickets with promises that run, in this calendar; all of them if a level's own hours stand in it."""
    running = Clock.objects.filter(state__in=(RUNNING, PAUSED))
    is_of_a_level = AgreementVersion.objects.filter(calendar=calendar, agreement__kind="ola").exists()
    if not is_of_a_level:
        running = running.filter(version__calendar=calendar)
    found = running.order_by().values("ticket").annotate(due=Min("due_at")).order_by("due", "ticket")
    return list(found.values_list("ticket", flat=True)[: AT_MOST + 1])


def _with_hours(book: Book, calendar: ServiceCalendar, hours: WorkingCalendar, now: datetime) -> Book:
    if book.key.calendar != calendar.pk:
        return book
    return replace(book, hours=(*book.hours, (now, hours)))


def _pairs(before: Sequence[Measured], after: Sequence[Measured]) -> list[tuple[Measured, Measured]]:
    """The same clocks before and after, where they run and would be due at another moment."""
    then = {(c.metric, c.level, c.round): c for c in after}
    found = []
    for old in before:
        new = then.get((old.metric, old.level, old.round))
        if old.state in (RUNNING, PAUSED) and new is not None and new.due_at != old.due_at:
            found.append((old, new))
    return found
