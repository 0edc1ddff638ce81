"""Who stands at the portal, and the ticket a page is about. Inside rights end at this door."""

from __future__ import annotations

from django.http import HttpRequest

from dreiklang.kernel.errors import NotFound
from dreiklang.kernel.permissions import Actor
from dreiklang.tickets import policy
from dreiklang.tickets.models import Ticket
from dreiklang.web.routing import actor_of

OUTSIDE = frozenset({policy.USE_PORTAL, policy.SEE_ORGANIZATION})


def visitor(request: HttpRequest) -> Actor:
    """The person as one who asks: an agent with tickets of their own reads and writes them like anybody else.

    Rights and teams of the desk stay behind, so that no page here can show or do what belongs inside. Refuses
    accounts without a person.
    """
    actor = actor_of(request)
    circles = {"organization": actor.organizations}
    return Actor(
        actor.kind, actor.person_id, actor.name, actor.rights & OUTSIDE, circles, actor.language, actor.account_id
    )


def asker(actor: Actor) -> Actor:
    """The same person with an eye only for the own tickets, whatever else of the organisation they may see."""
    return actor.limited_to(frozenset({policy.USE_PORTAL}))


def is_contact(actor: Actor) -> bool:
    """Whether somebody may see every ticket of the own organisation."""
    return actor.has(policy.SEE_ORGANIZATION)


def ticket_of(request: HttpRequest, number: int) -> tuple[Ticket, Actor]:
    """A ticket by its number. Raises NotFound alike for one that does not exist and one that is not to be seen."""
    actor = visitor(request)
    found = (
        policy.visible_to(actor)
        .select_related("requester", "customer", "team", "assignee")
        .filter(number=number)
        .first()
    )
    if found is None:
        raise NotFound
    return found, actor


def is_own(ticket: Ticket, actor: Actor) -> bool:
    """Whether the person asked for this ticket: only then may they answer in it."""
    return policy.asks_for(actor, ticket)
