"""The ticket a page is about, seen through the reader's eyes; whoever may not know of it gets 'not found'."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from dreiklang.kernel.errors import NotAllowed, NotFound
from dreiklang.kernel.permissions import Actor
from dreiklang.kernel.questions import Question
from dreiklang.organizations.models import Person
from dreiklang.tickets import policy
from dreiklang.tickets.models import Ticket
from dreiklang.tickets.queries.together import inside_of
from dreiklang.web import forms
from dreiklang.web.routing import actor_of

_whole = Question(
    lambda number: Ticket.objects.filter(number=number).select_related(
        "requester__site", "customer", "team", "assignee", "category", "service__calendar"
    )[:1]
)


def ticket_of(request: HttpRequest, number: int) -> tuple[Ticket, Actor]:
    """The ticket with this number and the actor, for pages of those who work inside it."""
    actor = actor_of(request)
    found = _whole.first(number)
    if found is None or not policy.works_inside(actor, found):
        raise NotFound
    return found, actor


def me(actor: Actor) -> int:
    """The reader's number as a person; 0 for an account without a person, which has neither drafts nor tickets."""
    return actor.id if actor.kind == "person" and actor.id is not None else 0


def myself(actor: Actor) -> Person:
    """The reader as a person. Refuses an account without one."""
    found = Person.objects.filter(pk=me(actor)).first()
    if found is None:
        raise NotAllowed
    return found


def with_chosen(others: list[Ticket], typed: str, *, actor: Actor) -> dict[str, Any]:
    """Tickets to choose from, with the one that is chosen already among them, whatever was searched for meanwhile."""
    number = forms.whole(typed.strip().lstrip("#"))
    if number and all(other.number != number for other in others):
        found = inside_of(actor).filter(number=number).select_related("requester", "customer").first()
        others = ([found] if found else []) + others
    return {"others": others, "chosen": number}
