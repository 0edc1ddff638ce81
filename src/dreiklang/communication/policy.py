"""Who may announce an outage, and who is told of it."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from dreiklang.communication.models import AnnouncedOutage
from dreiklang.kernel.permissions import Actor
from dreiklang.organizations.models import Organization, Person
from dreiklang.organizations.policy import is_internal, persons_visible_to


def visible_to(actor: Actor) -> QuerySet[AnnouncedOutage]:
    """Outages an actor is told of: all for the provider's desk; for anybody else what everybody is told of, and what
    the own organisation is told of by name. External providers and vendors are told of no customer's outage."""
    if actor.is_system or is_internal(actor):
        return AnnouncedOutage.objects.all()
    told = Q(audience=AnnouncedOutage.Audience.EVERYBODY)
    if actor.organizations:
        named = AnnouncedOutage.customers.through.objects.filter(organization_id__in=sorted(actor.organizations))
        told |= Q(audience=AnnouncedOutage.Audience.CUSTOMERS, pk__in=named.values("announcedoutage_id"))
    return AnnouncedOutage.objects.filter(told)


def concerning(organization: Organization) -> Q:
    """What persons of an organisation are told of, and what only the desk knows: as an agent reads it for them."""
    named = AnnouncedOutage.customers.through.objects.filter(organization=organization)
    return ~Q(audience=AnnouncedOutage.Audience.CUSTOMERS) | Q(pk__in=named.values("announcedoutage_id"))


def may_announce(actor: Actor) -> bool:
    """Announce outages, change and end them: everybody at the provider's desk."""
    return is_internal(actor)


def may_join(actor: Actor, person: Person) -> bool:
    """Say that somebody is hit by an outage: everybody for themselves, the desk for whom it helps."""
    if actor.kind == "person" and actor.id == person.pk:
        return True
    return is_internal(actor) and persons_visible_to(actor).filter(pk=person.pk).exists()
