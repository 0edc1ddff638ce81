"""Reads about announced outages that have a name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from dreiklang.accounts.rules import ADMINISTRATOR, AGENT, LEAD, MANAGER
from dreiklang.assets.models import ConfigurationItem, Use
from dreiklang.communication import policy
from dreiklang.communication.models import AlsoAffected, AnnouncedOutage
from dreiklang.communication.rules import outages as rules
from dreiklang.kernel import clock
from dreiklang.kernel.errors import NotFound
from dreiklang.kernel.permissions import Actor
from dreiklang.kernel.questions import Question
from dreiklang.organizations.models import Organization, Person

#: So many stand in a banner or box; who announces more is better served by one that tells of all.
MOST_SHOWN: Final = 5
MOST_READ: Final = 50
#: More than these are not written to: a portal page and a notice in the house reach them better.
MOST_MAILED: Final = 5_000
DESK_ROLES: Final = (AGENT, LEAD, MANAGER, ADMINISTRATOR)


def outage(outage_id: int, *, actor: Actor) -> AnnouncedOutage:
    """An outage the actor is told of. Raises NotFound alike for one that is not theirs and one that is not."""
    found = policy.visible_to(actor).filter(pk=outage_id).first()
    if found is None:
        raise NotFound(code="no_outage")
    return found


def open_ones(actor: Actor, now: datetime, latest: datetime) -> QuerySet[AnnouncedOutage]:
    """Those that run, and those that begin until a moment; what began first comes first."""
    is_over = Q(kind=AnnouncedOutage.Kind.PLANNED, until_at__lte=now)
    found = policy.visible_to(actor).filter(ended_at=None, from_at__lte=latest).exclude(is_over)
    return found.order_by("from_at", "pk")


def shown_to(actor: Actor, *, ahead: timedelta) -> list[AnnouncedOutage]:
    """What a banner or box shows now, in one statement whose words are kept: every page of the desk asks."""
    now = clock.now()
    return _shown(actor, now, now + ahead)


_shown: Question[AnnouncedOutage] = Question(lambda actor, now, latest: open_ones(actor, now, latest)[:MOST_SHOWN])


def listed(actor: Actor, *, ended: bool = False) -> QuerySet[AnnouncedOutage]:
    """All that are not over (the next first), or those that are (the last first), with how many say they are hit."""
    now = clock.now()
    is_over = Q(ended_at__isnull=False) | Q(kind=AnnouncedOutage.Kind.PLANNED, until_at__lte=now)
    found = _told(actor)
    return (
        found.filter(is_over).order_by("-from_at", "-pk") if ended else found.exclude(is_over).order_by("from_at", "pk")
    )


def listed_among(actor: Actor, keys: Sequence[int]) -> QuerySet[AnnouncedOutage]:
    """Some of them, running or not."""
    return _told(actor).filter(pk__in=keys)


def _told(actor: Actor) -> QuerySet[AnnouncedOutage]:
    hit = Coalesce(
        Subquery(
            AlsoAffected.objects.filter(outage=OuterRef("pk"))
            .order_by()
            .values("outage")
            .annotate(n=Count("pk"))
            .values("n")
        ),
        0,
    )
    return policy.visible_to(actor).annotate(hit=hit).prefetch_related("services", "customers")


def fitting(
    actor: Actor, text: str, *, service_id: int | None = None, organization: Organization | None = None
) -> list[AnnouncedOutage]:
    """Running outages that a request is about: by the service that was chosen, or by the words.

    With an organisation only those that concern it. Two statements, whatever there is.
    """
    now = clock.now()
    found = open_ones(actor, now, now)
    if organization is not None:
        found = found.filter(policy.concerning(organization))
    running = found.prefetch_related("services")[:MOST_READ]
    return [
        one
        for one in running
        if service_id in {service.pk for service in one.services.all()}
        or rules.is_about(text, titles=one.titles, services=[service.name for service in one.services.all()])
    ][:MOST_SHOWN]


def joined_by(person_id: int, outages: Sequence[AnnouncedOutage]) -> set[int]:
    """Which of some outages a person said to be hit by."""
    rows = AlsoAffected.objects.filter(person_id=person_id, outage__in=[one.pk for one in outages])
    return set(rows.values_list("outage_id", flat=True))


def hit_by(outage: AnnouncedOutage) -> QuerySet[AlsoAffected]:
    """Who is hit, the first first. For the desk."""
    return outage.hit_persons.select_related("person__organization").order_by("pk")


@dataclass(frozen=True)
class Reach:
    """Who will read an announcement: the customers, and how many persons could open the portal or the desk."""

    customers: list[Organization]
    persons: int
    agents: int


def customers_of(services: Sequence[ConfigurationItem]) -> list[Organization]:
    """The customers that use one of some services, by name."""
    users = Use.objects.filter(item__in=[service.pk for service in services]).values("organization_id")
    return list(_customers().filter(pk__in=users))


def reach_of(audience: str, customers: Sequence[Organization]) -> Reach:
    """Who will read what is announced so; before it is."""
    told = {
        AnnouncedOutage.Audience.EVERYBODY: list(_customers()),
        AnnouncedOutage.Audience.CUSTOMERS: list(customers),
    }.get(AnnouncedOutage.Audience(audience), [])
    people = _people().filter(organization__in=[one.pk for one in told])
    return Reach(customers=told, persons=people.count() if told else 0, agents=len(agents_told()))


def agents_told() -> list[int]:
    """The persons of the provider's own desk who can sign in."""
    found = _people().filter(organization__kind=Organization.Kind.PROVIDER, account__roles__overlap=list(DESK_ROLES))
    return list(found.order_by("pk").values_list("pk", flat=True))


def mailed_of(outage: AnnouncedOutage, *, is_end: bool, mails: bool) -> set[int]:
    """To whom a mail of an outage goes: at its end to those who are hit, and, if so chosen, to all customers' persons
    whom it is told; never to somebody who is not to read it."""
    keys: set[int] = set()
    if is_end:
        keys |= set(outage.hit_persons.values_list("person_id", flat=True))
    if mails and outage.audience != AnnouncedOutage.Audience.INSIDE:
        told = _people().filter(organization__kind=Organization.Kind.CUSTOMER)
        if outage.audience == AnnouncedOutage.Audience.CUSTOMERS:
            told = told.filter(organization__in=outage.customers.all())
        keys |= set(told.values_list("pk", flat=True))
    return keys


def may_be_told(outage: AnnouncedOutage, person: Person) -> bool:
    """Whether an outage is told to somebody's organisation: with an account or without."""
    if outage.audience == AnnouncedOutage.Audience.CUSTOMERS:
        return outage.customers.filter(pk=person.organization_id).exists()
    is_inside = person.organization.kind == Organization.Kind.PROVIDER
    return outage.audience == AnnouncedOutage.Audience.EVERYBODY or is_inside


def _people() -> QuerySet[Person]:
    return Person.objects.filter(is_active=True, account__is_active=True)


def _customers() -> QuerySet[Organization]:
    return Organization.objects.filter(kind=Organization.Kind.CUSTOMER, is_active=True).order_by("sort_key", "pk")
