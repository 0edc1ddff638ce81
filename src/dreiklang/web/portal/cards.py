"""Tickets as cards: what it is, how it stands, what the reader can do at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from dreiklang.kernel import clock
from dreiklang.kernel.permissions import Actor
from dreiklang.tickets import lifecycle
from dreiklang.tickets.models import Pending, Resolution, Ticket
from dreiklang.web.portal.conversation import last_words
from dreiklang.web.portal.finding import is_own
from dreiklang.web.portal.words import ANSWER, LastWord, Standing, standing_of


@dataclass(frozen=True)
class Card:
    """A ticket as a list shows it. ``asks``: what the own card lets one do at once (answer, confirm or nothing)."""

    number: int
    subject: str
    standing: Standing
    url: str
    opened_at: datetime
    requester: str
    asks: str = ""


def cards_of(tickets: Sequence[Ticket], *, actor: Actor) -> list[Card]:
    """Cards of some tickets that the actor may see, in three queries for all of them."""
    standings = standings_of(tickets, actor=actor)
    return [_card(ticket, standings[ticket.pk], actor) for ticket in tickets]


def standings_of(tickets: Sequence[Ticket], *, actor: Actor) -> dict[int, Standing]:
    """How each of some tickets stands, in three queries for all."""
    if not tickets:
        return {}
    now, zone, last = clock.now(), timezone.get_current_timezone(), last_words(tickets)
    pauses = dict(
        Pending.objects.filter(ticket__in=[t.pk for t in tickets], ended_at=None).values_list("ticket_id", "reason")
    )
    closed = [t.pk for t in tickets if t.state == lifecycle.CLOSED]
    solutions = Resolution.objects.filter(ticket__in=closed, reopened_at=None)
    solved = set(solutions.values_list("ticket_id", flat=True))
    return {
        t.pk: standing_of(
            t,
            waits_for=pauses.get(t.pk, ""),
            last=last.get(t.pk, LastWord()),
            now=now,
            zone=zone,
            is_own=is_own(t, actor),
            was_solved=t.pk in solved,
        )
        for t in tickets
    }


def _card(ticket: Ticket, standing: Standing, actor: Actor) -> Card:
    asks = ""
    if is_own(ticket, actor):
        asks = "confirm" if ticket.state == lifecycle.RESOLVED else "answer" if standing.tone == ANSWER else ""
    return Card(
        number=ticket.number,
        subject=ticket.subject,
        standing=standing,
        url=reverse("portal:ticket", args=[ticket.number]),
        opened_at=ticket.opened_at,
        requester="" if is_own(ticket, actor) else ticket.requester.name,
        asks=asks,
    )
