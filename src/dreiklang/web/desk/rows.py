"""Tickets as rows of a list: what a row is made from, and what it shows to this reader.

A list asks for the columns of its rows, not for whole tickets and persons: making those costs more than the question.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dreiklang.kernel import clock
from dreiklang.kernel.permissions import Actor
from dreiklang.tickets import policy
from dreiklang.tickets.models import Pending, ReadMark, Ticket
from dreiklang.tickets.queries.tasks import next_of_mine
from dreiklang.web.addresses import address
from dreiklang.web.desk.finding import me
from dreiklang.web.desk.sparks import spark

NEXT, LATER, WAITING, ABOVE = "next", "later", "waiting", "above"
QUIET = (WAITING, ABOVE)

#: What rows are made from; a new column of the list is a name here and a field in ``Row``.
COLUMNS = (
    "id", "number", "subject", "level", "priority", "state_group", "team_id", "last_word_by", "last_word_at",
    "next_promise_at", "returns_at", "trail", "requester__name", "requester__place", "assignee__name", "team__name",
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One ticket as a list shows it."""

    number: int
    subject: str
    level: int
    words: str
    priority: int
    promise_at: Any
    is_paused: bool
    is_unread: bool
    is_quiet: bool
    url: str
    spark: str


def facts_of(found: QuerySet[Ticket], *, actor: Actor, kind: str, told: Subquery | None = None) -> QuerySet[Any, Any]:
    """The columns of a group's rows, with its name (``group``) and how far the reader has read (``read_at``).

    ``told``: what is said of each ticket first, such as the task to be done or what it waits for.
    ``found`` comes in the order of work (``halves``) or without it (``unranked``).
    """
    seen = ReadMark.objects.filter(person_id=me(actor), ticket=OuterRef("pk")).values("read_at")[:1]
    first = Coalesce(told, Value(""), output_field=CharField()) if told else Value("", output_field=CharField())
    marked = found.annotate(group=Value(kind, output_field=CharField()), read_at=Subquery(seen), told=first)
    return marked.values_list(*COLUMNS, "group", "read_at", "rank", "is_late", "told", named=True)


def told_of(key: str, *, actor: Actor) -> Subquery | None:
    """What a list says first of each ticket: 'tasks' the next one to be done, 'parked' what it waits for."""
    if key == "tasks":
        return Subquery(next_of_mine(actor).filter(ticket=OuterRef("pk")).values("text")[:1])
    if key == "parked":
        waits = Pending.objects.filter(ticket=OuterRef("pk"), ended_at=None)
        words = Coalesce(F("task__text"), NullIf(F("note"), Value("")), F("other__subject"), F("reason"))
        return Subquery(waits.annotate(words=words).values("words")[:1])
    return None


def unranked(found: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """Tickets that are not in the order of work: parked ones, and what is in other hands. By priority."""
    return found.annotate(rank=Value(0.0), is_late=Value(False)).order_by("priority", "id")


def rows_of(facts: Iterable[Any], *, actor: Actor, list_key: str) -> list[Row]:
    """Facts of tickets (``facts_of``) as rows."""
    now, zone, language = clock.now(), timezone.get_current_timezone(), (get_language() or "en")[:2]
    is_stranger = policy.is_outside_house(actor)
    rows = []
    for ticket in facts:
        is_new = ticket.read_at is None or (ticket.last_word_by == "requester" and ticket.last_word_at > ticket.read_at)
        is_quiet = ticket.group in QUIET
        is_paused = ticket.state_group == "pending"
        is_shut = is_stranger and ticket.team_id not in actor.teams
        rows.append(
            Row(
                number=ticket.number,
                subject=ticket.subject,
                level=ticket.level,
                words=_words(ticket, is_shut),
                priority=ticket.priority,
                promise_at=ticket.returns_at if is_paused else ticket.next_promise_at,
                is_paused=is_paused,
                is_unread=is_new and not is_quiet,
                is_quiet=is_quiet,
                url="" if is_shut else address("desk:ticket", ticket.number) + f"?list={list_key}",
                spark="" if is_shut else spark(ticket.trail, now=now, zone=zone, language=language),
            )
        )
    return rows


def _words(ticket: Any, is_shut: bool) -> str:
    """Under the subject: whose it is and where, or with whom it lies; an outsider reads the state only."""
    if is_shut:
        return _("in work further up")
    if ticket.group == ABOVE:
        return _("at level %(level)s, %(team)s") % {"level": ticket.level, "team": ticket.team__name or ""}
    if ticket.told:
        told = str(dict(Pending.Reason.choices).get(ticket.told, ticket.told))
        return f"{told} · {ticket.requester__name}"
    place = ", ".join(w for w in (ticket.requester__name, ticket.requester__place) if w)
    return f"{place} · {ticket.assignee__name}" if ticket.assignee__name else place
