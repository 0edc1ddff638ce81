"""Drafts of others on a ticket."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from dreiklang.kernel.permissions import Actor
from dreiklang.teams.models import Absence
from dreiklang.teams.queries import today
from dreiklang.tickets import policy
from dreiklang.tickets.models import Draft, Ticket


def drafts_to_take_over(ticket: Ticket, *, actor: Actor) -> QuerySet[Draft]:
    """Drafts of colleagues that were shared, or whose author is away today; for those inside the house alone.

    What somebody who is there is just typing concerns nobody (P46).
    """
    if actor.kind != "person" or not actor.has(policy.WORK) or not policy.may_work(actor, ticket):
        return Draft.objects.none()
    away = Absence.objects.filter(from_date__lte=today(), until_date__gte=today()).values("person_id")
    found = Draft.objects.filter(ticket=ticket, place__in=["message", "note", "third"]).exclude(content={})
    found = found.filter(Q(is_shared=True) | Q(person_id__in=away)).exclude(person_id=actor.person_id)
    return found.select_related("person", "ticket").order_by("-saved_at")
