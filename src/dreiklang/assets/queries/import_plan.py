"""What would become of a list of services: nothing is written here."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from dreiklang.assets import policy, rules
from dreiklang.assets.models import ConfigurationItem
from dreiklang.calendars.models import ServiceCalendar
from dreiklang.kernel.errors import Invalid
from dreiklang.kernel.permissions import Actor, require
from dreiklang.organizations.models import Organization
from dreiklang.organizations.rules import sort_key

CREATED, UPDATED, UNCHANGED, REJECTED = "created", "updated", "unchanged", "rejected"


@dataclass
class PlannedService:
    """What becomes of one service, which may stand on several lines: one for each customer."""

    line: int
    name: str
    outcome: str = UNCHANGED
    errors: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    service: ConfigurationItem | None = None
    values: dict[str, Any] = field(default_factory=dict)
    uses: dict[int, int] = field(default_factory=dict)


@dataclass
class ImportPlan:
    """What becomes of a list."""

    services: list[PlannedService]

    @property
    def counts(self) -> dict[str, int]:
        """How many services are made, changed, left as they are, refused."""
        return {o: sum(s.outcome == o for s in self.services) for o in (CREATED, UPDATED, UNCHANGED, REJECTED)}


def plan_services(content: bytes, *, actor: Actor) -> ImportPlan:
    """What would become of a list; nothing is written. Raises Invalid if the list cannot be read."""
    require(policy.may_manage_items(actor))
    try:
        lines = rules.read_services(content)
    except rules.BadList as bad:
        raise Invalid({"file": [_sentence_of_list(bad)]}) from bad
    known = {s.sort_key: s for s in ConfigurationItem.objects.filter(kind=ConfigurationItem.Kind.SERVICE)}
    customers = {
        key: organization
        for organization in Organization.objects.filter(kind=Organization.Kind.CUSTOMER)
        for key in (organization.key, organization.sort_key)
    }
    calendars = {sort_key(c.name): c for c in ServiceCalendar.objects.all()}
    planned: dict[str, PlannedService] = {}
    for line in lines:
        key = sort_key(line.name)
        one = planned.get(key)
        if one is None:
            one = planned[key] = PlannedService(line.line, line.name, service=known.get(key))
            if one.service is not None:
                one.uses = dict(one.service.uses.values_list("organization_id", "people"))
        _read(one, line, customers, calendars)
    for one in planned.values():
        _decide(one)
    return ImportPlan(list(planned.values()))


def _read(
    one: PlannedService,
    line: rules.ListedService,
    customers: dict[str, Organization],
    calendars: dict[str, ServiceCalendar],
) -> None:
    one.errors += [_("Line %(line)d: %(what)s") % {"line": line.line, "what": _sentence_of(c)} for c in line.errors]
    told: dict[str, Any] = {
        "criticality": line.criticality, "hourly_cost": line.hourly_cost, "note": line.note or None,
    }  # fmt: skip
    if line.calendar:
        told["calendar"] = calendars.get(sort_key(line.calendar))
        if told["calendar"] is None:
            one.errors.append(_("There is no calendar “%(name)s”.") % {"name": line.calendar[:80]})
    one.values |= {name: value for name, value in told.items() if value is not None}
    if line.customer:
        found = customers.get(line.customer) or customers.get(sort_key(line.customer))
        if found is None:
            one.errors.append(_("There is no customer “%(name)s”.") % {"name": line.customer[:80]})
        else:
            one.uses[found.pk] = line.people if line.people is not None else one.uses.get(found.pk, 0)


def _decide(one: PlannedService) -> None:
    """Compare with what is known, and keep only what is different."""
    if one.errors:
        one.outcome = REJECTED
    elif one.service is None:
        one.outcome = CREATED
    else:
        one.values = {n: v for n, v in one.values.items() if not _same(getattr(one.service, n), v)}
        one.changed = list(one.values)
        if dict(one.service.uses.values_list("organization_id", "people")) != one.uses:
            one.changed.append("uses")
        one.outcome = UPDATED if one.changed else UNCHANGED


def _same(present: Any, told: Any) -> bool:
    if isinstance(told, Decimal):
        return present is not None and Decimal(present) == told
    return bool(present == told)


def _sentence_of(column: str) -> str:
    return {
        "name": _("The name is missing or too long."),
        "criticality": _("Criticality must be 1, 2, 3 or essential, important, ordinary."),
        "people": _("The number of people is no number."),
        "cost": _("The cost per hour is no amount."),
        "customer": _("People need a customer they belong to."),
    }[column]


def _sentence_of_list(bad: rules.BadList) -> str:
    sentences = {
        "too_large": _("The file is larger than 5 MB."),
        "too_many": _("The file has more than %(what)s lines; please part it."),
        "broken": _("The file is not a whole CSV: a quotation mark is missing somewhere."),
        "empty": _("The file has no services in it."),
        "no_text": _("This is not a CSV file. Save the table as CSV and try again."),
        "unknown_column": _("The column “%(what)s” is unknown."),
        "column_twice": _("The column “%(what)s” appears twice."),
        "no_name_column": _("The first line must name the columns; “name” is missing."),
    }
    return sentences[bad.code] % {"what": bad.what}
