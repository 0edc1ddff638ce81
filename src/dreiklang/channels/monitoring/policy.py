"""Who may see what monitoring says. An alert is as visible as its ticket; without one, to those inside the house."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from dreiklang.channels.monitoring.models import Alert
from dreiklang.kernel.permissions import Actor
from dreiklang.tickets import policy as tickets
from dreiklang.tickets.models import Ticket


def may_keep_sources(actor: Actor) -> bool:
    """Make and change sources, look at their calls."""
    return actor.is_system or actor.has("control.use")


def visible_to(actor: Actor) -> QuerySet[Alert]:
    """The alerts an actor may see: only those who work inside, never a requester, a provider or a vendor."""
    if actor.is_system or actor.has(tickets.SEE_ALL):
        return Alert.objects.all()
    if not actor.has(tickets.WORK):
        return Alert.objects.none()
    seen = tickets.seen_inside_by(actor).filter(pk=OuterRef("ticket_id"))
    return Alert.objects.filter(Q(ticket=None) | Exists(seen))


def sees_alerts_of(actor: Actor, ticket: Ticket) -> bool:
    """Whether the panel on a ticket is for this actor."""
    return tickets.works_inside(actor, ticket) and not tickets.is_outside_house(actor)
