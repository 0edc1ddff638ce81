"""Who may order what, who keeps the catalogue, who sees an order."""

from __future__ import annotations

from django.db.models import Exists, Q, QuerySet

from dreiklang.catalog.models import Entry, Request
from dreiklang.kernel.permissions import Actor
from dreiklang.organizations.models import Organization, Person
from dreiklang.tickets import policy as tickets
from dreiklang.tickets.models import Ticket

#: Who may order without being named: partners of the desk are no customers of it.
AT_HOME = (Organization.Kind.CUSTOMER, Organization.Kind.PROVIDER)


def may_keep(actor: Actor) -> bool:
    """Make, change and withdraw entries: administrators."""
    return tickets.may_set_up(actor)


def visible_to(actor: Actor) -> QuerySet[Entry]:
    """Entries an actor may know of: all for who keeps them; what is offered for the desk; else what is for them."""
    if actor.is_system or may_keep(actor):
        return Entry.objects.all()
    offered = Entry.objects.filter(is_offered=True)
    if actor.has(tickets.WORK):
        return offered
    if not actor.has(tickets.USE_PORTAL) or actor.kind != "person":
        return Entry.objects.none()
    audiences = [Entry.Audience.EVERYBODY]
    if actor.has(tickets.SEE_ORGANIZATION):
        audiences.append(Entry.Audience.CONTACTS)
    return offered.filter(offered_to_organizations(actor.organizations), audience__in=audiences)


def offered_to_organizations(ids: frozenset[int]) -> Q:
    """What is for some organisations: named ones, or all that are customers or the provider."""
    named = Entry.organizations.through.objects.filter(organization_id__in=ids).values("entry_id")
    taken = Entry.organizations.through.objects.values("entry_id")
    at_home = Exists(Organization.objects.filter(pk__in=ids, kind__in=AT_HOME))
    return Q(pk__in=named) | (~Q(pk__in=taken) & Q(at_home))


def may_order(actor: Actor, entry: Entry, requester: Person) -> bool:
    """Order something for oneself; the desk for anybody whose organisation it is offered to."""
    if not visible_to(actor).filter(pk=entry.pk, is_offered=True).exists():
        return False
    if actor.is_system or actor.has(tickets.WORK):
        return Entry.objects.filter(
            offered_to_organizations(frozenset({requester.organization_id})), pk=entry.pk
        ).exists()
    return actor.has(tickets.USE_PORTAL) and actor.kind == "person" and actor.id == requester.pk


def requests_visible_to(actor: Actor) -> QuerySet[Request]:
    """Orders, as far as their tickets may be seen."""
    return Request.objects.filter(ticket__in=tickets.visible_to(actor).values("pk"))


def may_see_inside(actor: Actor, ticket: Ticket) -> bool:
    """See tasks and teams of an order: who works on the ticket inside the house."""
    return tickets.works_inside(actor, ticket) and not tickets.is_outside_house(actor)


def may_go_on(actor: Actor, request: Request) -> bool:
    """Let an order go on without a yes: leads and administrators who work on it, never for themselves."""
    if actor.is_system:
        return True
    leads = actor.has(tickets.ASSIGN_OTHERS) or actor.has("control.use")
    concerned = (request.ticket.requester_id, request.ordered_by_id)
    return leads and tickets.may_work(actor, request.ticket) and actor.id not in concerned


def may_cancel(actor: Actor, request: Request) -> bool:
    """Take an order back: who asked for it, and who works on it inside the house."""
    if actor.is_system or tickets.asks_for(actor, request.ticket):
        return True
    return tickets.may_work(actor, request.ticket) and not tickets.is_outside_house(actor)
