"""Services: make, change, retire, revive."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from dreiklang.assets import policy
from dreiklang.assets.events import ItemChanged, ItemMade, ItemRetired, ItemRevived
from dreiklang.assets.models import ConfigurationItem, Use
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Conflict, Invalid, NotFound, WrongState
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require
from dreiklang.organizations import rules as names
from dreiklang.organizations.models import Organization

#: What a form or call may set; anything else is refused (P30). ``uses``: organisation id → people.
FIELDS = ("name", "criticality", "hourly_cost", "calendar", "note")
MOST_COST, MOST_PEOPLE = Decimal(10) ** 10, 10_000_000


@command
def make_service(
    name: str, *, actor: Actor, key: str = "", uses: Mapping[int, int] | None = None, **fields: Any
) -> ConfigurationItem:
    """Make a service. ``uses`` says which customers use it, with how many people. Raises Invalid by field."""
    require(policy.may_manage_items(actor) or actor.is_system)
    taken = frozenset(ConfigurationItem.objects.values_list("key", flat=True))
    service = ConfigurationItem(key=key or names.key_of(name, taken))
    _put(service, {"name": name, **fields})
    _save(service)
    if uses:
        _use(service, uses)
    publish(ItemMade(subject_id=service.pk, kind=service.kind, name=service.name), actor=actor)
    return service


@command
def change_service(
    service: ConfigurationItem,
    *,
    actor: Actor,
    version: int | None = None,
    uses: Mapping[int, int] | None = None,
    **fields: Any,
) -> ConfigurationItem:
    """Change some fields; ``uses``, if given, replaces who uses it. Raises Invalid by field, Conflict by version.

    What outages cost that are over stays as it was frozen; running ones count with the new figures.
    """
    service = _held(service, actor, version)
    changed = _put(service, fields)
    if uses is not None and _use(service, uses):
        changed.append("uses")
    service.version += 1
    _save(service)
    publish(ItemChanged(subject_id=service.pk, changed=tuple(changed)), actor=actor)
    return service


@command
def retire_service(service: ConfigurationItem, *, actor: Actor) -> ConfigurationItem:
    """Offer a service no longer. Tickets that name it keep it."""
    service = _held(service, actor, None)
    if not service.is_active:
        raise WrongState(_("It is so already."), code="already_so")
    _switch(service, False)
    publish(ItemRetired(subject_id=service.pk), actor=actor)
    return service


@command
def revive_service(service: ConfigurationItem, *, actor: Actor) -> ConfigurationItem:
    """Offer a service again."""
    service = _held(service, actor, None)
    if service.is_active:
        raise WrongState(_("It is so already."), code="already_so")
    _switch(service, True)
    publish(ItemRevived(subject_id=service.pk), actor=actor)
    return service


def _switch(service: ConfigurationItem, to: bool) -> None:
    service.is_active = to
    service.version += 1
    service.save(update_fields=["is_active", "version"])


def _held(service: ConfigurationItem, actor: Actor, version: int | None) -> ConfigurationItem:
    require(policy.may_manage_items(actor) or actor.is_system)
    found = ConfigurationItem.objects.select_for_update().filter(pk=service.pk).first()
    if found is None:
        raise NotFound(code="no_item")
    if version is not None and version != found.version:
        raise Conflict(_("Somebody else has changed this in the meantime."), current=found.version)
    return found


def _put(service: ConfigurationItem, fields: Mapping[str, Any]) -> list[str]:
    """Set checked values; returns the names of the fields that are different now."""
    errors: dict[str, list[Any]] = {name: [_("Unknown field.")] for name in fields if name not in FIELDS}
    before = {name: getattr(service, name) for name in FIELDS}
    for name, value in fields.items():
        if name in FIELDS:
            setattr(service, name, value)
    service.name = names.tidy(str(service.name), 201)
    service.sort_key = names.sort_key(service.name)
    if not service.sort_key or len(service.name) > 200:
        errors["name"] = [_("A service needs a name of at most 200 characters.")]
    if service.criticality not in ConfigurationItem.Criticality.values:
        errors["criticality"] = [_("Essential, important or ordinary?")]
    cost = service.hourly_cost
    if cost is not None and not (isinstance(cost, Decimal) and cost.is_finite() and 0 <= cost < MOST_COST):
        errors["hourly_cost"] = [_("The cost of an hour is an amount from 0.")]
    if service.calendar is not None and not service.calendar.as_rules().has_hours:
        errors["calendar"] = [_("This calendar never opens: an outage would cost nothing.")]
    if errors:
        raise Invalid(errors)
    service.note = str(service.note)[:10_000]
    return [name for name in FIELDS if getattr(service, name) != before[name]]


def _use(service: ConfigurationItem, uses: Mapping[int, int]) -> bool:
    """Replace who uses a service; says whether anything is different."""
    customers = frozenset(
        Organization.objects.filter(pk__in=list(uses), kind=Organization.Kind.CUSTOMER).values_list("pk", flat=True)
    )
    errors: dict[str, list[Any]] = {}
    for organization_id, people in uses.items():
        if organization_id not in customers:
            errors["uses"] = [_("Only customers use a service.")]
        elif not 0 <= people <= MOST_PEOPLE:
            errors[f"people-{organization_id}"] = [_("How many people? A number from 0.")]
    if errors:
        raise Invalid(errors)
    before = dict(Use.objects.filter(item=service).values_list("organization_id", "people"))
    if before == dict(uses):
        return False
    Use.objects.filter(item=service).exclude(organization_id__in=list(uses)).delete()
    for organization_id, people in uses.items():
        Use.objects.update_or_create(item=service, organization_id=organization_id, defaults={"people": people})
    return True


def _save(service: ConfigurationItem) -> None:
    try:
        with transaction.atomic():
            service.save()
    except IntegrityError as twice:
        raise Invalid({"name": [_("There is a service of this name already.")]}) from twice
