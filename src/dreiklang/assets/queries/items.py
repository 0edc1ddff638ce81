"""Reads about configuration items that have a name."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet, Sum

from dreiklang.assets import policy, rules
from dreiklang.assets.models import ConfigurationItem, Use
from dreiklang.calendars.queries import working_calendar
from dreiklang.calendars.rules import WorkingCalendar, is_open, working_seconds_between
from dreiklang.kernel.errors import NotFound
from dreiklang.kernel.permissions import Actor


def item(item_id: int, *, actor: Actor) -> ConfigurationItem:
    """A configuration item the actor may know of. Raises NotFound."""
    found = policy.visible_to(actor).select_related("calendar").filter(pk=item_id).first()
    if found is None:
        raise NotFound(code="no_item")
    return found


def services_for(actor: Actor, customer_id: int | None = None) -> QuerySet[ConfigurationItem]:
    """Services that can be named now, in order of names; with a customer, only those it uses."""
    rows = policy.visible_to(actor).filter(is_active=True, kind=ConfigurationItem.Kind.SERVICE)
    if customer_id is not None:
        rows = rows.filter(uses__organization_id=customer_id)
    return rows.order_by("sort_key", "pk")


def depending(service: ConfigurationItem, customer_id: int | None = None) -> int:
    """How many people depend on a service, at one customer or at all; 0 where nobody was counted."""
    uses = Use.objects.filter(item=service)
    if customer_id is not None:
        uses = uses.filter(organization_id=customer_id)
    return int(uses.aggregate(n=Sum("people"))["n"] or 0)


def hours_of(service: ConfigurationItem) -> WorkingCalendar:
    """When people work with a service: its calendar, else the desk's default one."""
    return working_calendar(service.calendar)


def impact_for(
    service: ConfigurationItem | None, *, customer_id: int, people: int | None, at: datetime, is_vip: bool = False
) -> rules.Proposal:
    """The proposed impact of a disturbance. Without a number, all who depend on the service there are counted.

    Without a service one person is hit, at any time of day.
    """
    if service is None:
        return rules.proposed_impact(rules.ORDINARY, people or 1, is_open=True, is_vip=is_vip)
    counted = people if people is not None else max(1, depending(service, customer_id))
    return rules.proposed_impact(service.criticality, counted, is_open=is_open(hours_of(service), at), is_vip=is_vip)


def outage(
    service: ConfigurationItem, *, customer_id: int, people: int | None, since: datetime, until: datetime
) -> rules.Outage | None:
    """What an outage of a service costs one customer; None for a service without a cost per hour.

    The cost per hour is that of all who depend on the service; the customer's people are their share of it.
    """
    if service.hourly_cost is None:
        return None
    everybody = depending(service)
    hit = people if people is not None else depending(service, customer_id) or everybody
    seconds = working_seconds_between(hours_of(service), since, until)
    return rules.outage_of(hourly_cost=service.hourly_cost, people=hit, depending=everybody, seconds=seconds)
