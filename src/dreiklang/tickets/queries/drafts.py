"""Drafts of others on a ticket."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from dreiklang.kernel.permissions import Actor
from dreiklang.kernel.questions import Question
from dreiklang.teams.models import Absence
from dreiklang.teams.queries import today
from dreiklang.tickets import policy
from dreiklang.tickets.models import Draft, Ticket


def drafts_to_take_over(ticket: Ticket, *, actor: Actor) -> QuerySet[Draft]:
    """Drafts of colleagues that were shared, or whose author is away today; for those inside the house alone.

    What somebody who is there is just typing concerns nobody (P46).
    """
    return _left(ticket.pk, actor.person_id, today()) if _may_take_over(ticket, actor) else Draft.objects.none()


def drafts_offered(ticket: Ticket, *, actor: Actor) -> list[Draft]:
    """The same as a page shows them."""
    return _left_lying(ticket.pk, actor.person_id, today()) if _may_take_over(ticket, actor) else []


def _may_take_over(ticket: Ticket, actor: Actor) -> bool:
    return actor.kind == "person" and actor.has(policy.WORK) and policy.may_work(actor, ticket)


def _left(ticket: int, reader: int, day: date) -> QuerySet[Draft]:
    away = Absence.objects.filter(from_date__lte=day, until_date__gte=day).values("person_id")
    found = Draft.objects.filter(ticket_id=ticket, place__in=["message", "note", "third"]).exclude(content={})
    found = found.filter(Q(is_shared=True) | Q(person_id__in=away)).exclude(person_id=reader)
    return found.select_related("person", "ticket").order_by("-saved_at")


_left_lying = Question(_left)
