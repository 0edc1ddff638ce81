"""The ticket a page is about, seen through the reader's eyes; whoever may not know of it gets 'not found'."""

from __future__ import annotations

from django.http import HttpRequest

from dreiklang.kernel.errors import NotFound
from dreiklang.kernel.permissions import Actor
from dreiklang.tickets import policy
from dreiklang.tickets.models import Ticket
from dreiklang.web.routing import actor_of


def ticket_of(request: HttpRequest, number: int) -> tuple[Ticket, Actor]:
    """The ticket with this number and the actor, for pages of those who work inside it."""
    actor = actor_of(request)
    found = (
        policy.visible_to(actor)
        .filter(number=number)
        .select_related("requester__organization", "requester__site", "customer", "team", "assignee", "category")
        .first()
    )
    if found is None or not policy.works_inside(actor, found):
        raise NotFound
    return found, actor
