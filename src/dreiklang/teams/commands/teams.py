"""Teams: make and change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from dreiklang.kernel import journal
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Conflict, Invalid
from dreiklang.kernel.permissions import Actor, require
from dreiklang.organizations.models import Organization
from dreiklang.organizations.rules import key_of, tidy
from dreiklang.teams import events, policy, rules
from dreiklang.teams.models import Team

#: What a form or call may set; anything else is refused (P30).
FIELDS = ("name", "level", "organization", "subject", "calendar", "signature", "is_active")
LENGTHS = {"name": 100, "subject": 200}


@command
def make_team(name: str, *, level: int, organization: Organization, actor: Actor, key: str = "", **fields: Any) -> Team:
    """Make a team on a level. Level 4 is for vendors and outside experts. Raises Invalid by field."""
    require(policy.may_manage_teams(actor))
    taken = frozenset(Team.objects.values_list("key", flat=True))
    if key and key in taken:
        raise Invalid({"key": [_("This key is taken.")]})
    team = Team(key=key or key_of(name, taken))
    _put(team, {"name": name, "level": level, "organization": organization, **fields})
    _save(team)
    journal.publish(events.TeamMade(subject_id=team.pk, name=team.name, level=team.level), actor=actor)
    return team


@command
def change_team(team: Team, *, actor: Actor, version: int | None = None, **fields: Any) -> Team:
    """Change some fields of a team. Raises Conflict if somebody changed it since ``version``, or Invalid."""
    require(policy.may_manage_teams(actor))
    team = Team.objects.select_for_update(of=("self",)).select_related("organization").get(pk=team.pk)
    if version is not None and version != team.version:
        raise Conflict(_("Somebody else has changed this in the meantime."), current=team.version)
    changed = _put(team, fields)
    team.version += 1
    _save(team)
    journal.publish(events.TeamChanged(subject_id=team.pk, changed=tuple(changed)), actor=actor)
    return team


def _put(team: Team, fields: Mapping[str, Any]) -> list[str]:
    errors: dict[str, list[Any]] = {name: [_("Unknown field.")] for name in fields if name not in FIELDS}
    before = {name: _value(team, name) for name in FIELDS}
    for name, value in fields.items():
        if name in FIELDS:
            setattr(team, name, tidy(value, LENGTHS[name] + 1) if name in LENGTHS else value)
    for name, longest in LENGTHS.items():
        if len(getattr(team, name)) > longest:
            errors[name] = [_("At most %(n)d characters.") % {"n": longest}]
    if not team.name:
        errors["name"] = [_("A team needs a name.")]
    if team.level not in rules.LEVELS:
        errors["level"] = [_("A team works on level 1, 2, 3 or 4.")]
    if len(team.signature) > 2_000:
        errors["signature"] = [_("At most %(n)d characters.") % {"n": 2_000}]
    if team.organization.kind == Organization.Kind.CUSTOMER:
        errors["organization"] = [_("A customer has no teams here: choose the provider, an external one or a vendor.")]
    if errors:
        raise Invalid(errors)
    return [name for name in FIELDS if _value(team, name) != before[name]]


def _value(team: Team, name: str) -> Any:
    return getattr(team, f"{name}_id" if name in ("organization", "calendar") else name)


def _save(team: Team) -> None:
    try:
        with transaction.atomic():
            team.save()
    except IntegrityError as twice:
        raise Invalid({"name": [_("There is such a team already.")]}) from twice
