"""Who may see and change agreements, and whose clocks somebody sees."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from dreiklang.kernel.permissions import Actor
from dreiklang.organizations.policy import is_internal
from dreiklang.sla.models import Agreement, Clock
from dreiklang.tickets import policy as tickets
from dreiklang.tickets.models import Ticket


def may_manage_agreements(actor: Actor) -> bool:
    """Make and change agreements: administrators."""
    return actor.has("control.use")


def visible_to(actor: Actor) -> QuerySet[Agreement]:
    """Agreements: all for the provider's own desk; for a customer's contact those of the own organisation.

    Nobody else: an external team, a vendor or a requester sees no contract, and no customer sees what the provider
    promised inside or bought.
    """
    if actor.is_system or is_internal(actor):
        return Agreement.objects.all()
    if actor.has(tickets.SEE_ORGANIZATION):
        own = Q(organization_id__in=actor.organizations) | Q(organization=None)
        return Agreement.objects.filter(own, kind=Agreement.Kind.SLA, is_template=False)
    return Agreement.objects.none()


def clocks_visible_to(actor: Actor, ticket: Ticket) -> QuerySet[Clock]:
    """The clocks of a ticket: all inside the house; to the outside only what was promised to the customer.

    An external team or a vendor that holds the ticket sees its own share besides, nobody else's.
    """
    if not tickets.may_see(actor, ticket):
        return Clock.objects.none()
    clocks = Clock.objects.filter(ticket=ticket).exclude(state="void")
    if not tickets.works_inside(actor, ticket):
        return clocks.filter(level=0)
    if tickets.is_outside_house(actor):
        return clocks.filter(level__in=actor.levels)
    return clocks
