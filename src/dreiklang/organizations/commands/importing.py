"""Reading a list of persons: as planned, line by line whole, in one transaction."""

from __future__ import annotations

from django.db import transaction

from dreiklang.kernel import journal
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Refusal
from dreiklang.kernel.permissions import Actor, require
from dreiklang.organizations import events, policy, rules
from dreiklang.organizations.commands.organizations import keep_site
from dreiklang.organizations.commands.persons import change_person, make_person
from dreiklang.organizations.models import Organization, Site
from dreiklang.organizations.queries.import_plan import (
    CREATED,
    REJECTED,
    UPDATED,
    ImportPlan,
    PlannedLine,
    import_plan,
)


@command
def import_persons(content: bytes, *, actor: Actor, default: Organization | None = None) -> ImportPlan:
    """Read a list of persons (CSV) and return what became of each line.

    Lines with errors are left out whole, the others are written, all in one transaction. Twice is no change.
    Raises Invalid if the list as a whole cannot be read.
    """
    require(policy.may_manage_organizations(actor))
    plan = import_plan(content, actor=actor, default=default)
    sites: dict[tuple[int, str], Site] = {}
    for line in plan.lines:
        if line.outcome not in (CREATED, UPDATED):
            continue
        try:
            with transaction.atomic():
                _write(line, sites, actor)
        except Refusal as refused:
            line.outcome, line.errors = REJECTED, [str(refused)]
    home = next(iter(actor.organizations), 0)
    journal.publish(events.PersonsImported(subject_id=home, **plan.counts), actor=actor)
    return plan


def _write(line: PlannedLine, sites: dict[tuple[int, str], Site], actor: Actor) -> None:
    values, organization = dict(line.values), line.organization
    assert organization is not None
    if line.site_name and "site" not in values and "site" in line.changed:
        values["site"] = _site(organization, line.site_name, sites, actor)
    if line.person is None:
        name = values.pop("name")
        line.person = make_person(name, organization=organization, actor=actor, **values)
    else:
        line.person = change_person(line.person, actor=actor, **values)


def _site(organization: Organization, name: str, sites: dict[tuple[int, str], Site], actor: Actor) -> Site:
    """The site a list names: made when its first person comes."""
    key = (organization.pk, rules.sort_key(name))
    if key not in sites:
        sites[key] = keep_site(organization, name, actor=actor)
    return sites[key]
