"""The ticket a page is about, seen through the reader's eyes; whoever may not know of it gets 'not found'."""

from __future__ import annotations

from django.contrib.postgres.search import SearchQuery
from django.db.models import Q, QuerySet
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


def found_tickets(words: str, *, actor: Actor) -> QuerySet[Ticket]:
    """Tickets that fit some words, newest first: by number, subject or requester, among those the actor may see."""
    seen = policy.visible_to(actor).select_related("requester", "team")
    fits = Q(subject__icontains=words) | Q(requester__name__icontains=words)
    if words.lstrip("#").isdigit() and len(words) < 17:
        fits |= Q(number=int(words.lstrip("#")))
    inside = policy.WORK if actor.has(policy.WORK) else ""
    fits |= Q(found_by__outside=SearchQuery(words, config="simple"))
    if inside:
        fits |= Q(found_by__inside=SearchQuery(words, config="simple"))
    return seen.filter(fits).order_by("-id")
