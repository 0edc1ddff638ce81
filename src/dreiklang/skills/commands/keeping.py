"""What skills there are, and what teams need of them."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Conflict, Invalid, NotFound
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require
from dreiklang.skills import events, policy
from dreiklang.skills.models import Grade, Need, Skill
from dreiklang.teams.models import Team


@command
def keep_skill(
    skill: Skill | None,
    *,
    actor: Actor,
    name: str,
    description: str = "",
    is_active: bool = True,
    version: int | None = None,
) -> Skill:
    """Name or change a skill; one that is no longer active keeps its grades, and is shown nowhere."""
    require(policy.may_keep_skills(actor))
    if skill is not None:
        skill = Skill.objects.select_for_update().get(pk=skill.pk)
        if version is not None and version != skill.version:
            raise Conflict(_("Somebody else changed this in the meantime."), current=skill.version)
    wanted = " ".join(name.split())
    if not 1 <= len(wanted) <= 100:
        raise Invalid({"name": [_("It needs a name of at most 100 characters.")]})
    if len(description) > 300:
        raise Invalid({"description": [_("This text is too long.")]})
    kept = skill or Skill(version=0)
    kept.name, kept.description, kept.is_active = wanted, description.strip(), is_active
    kept.version += 1
    try:
        with transaction.atomic():
            kept.save()
    except IntegrityError as twice:
        raise Invalid({"name": [_("There is a skill of this name already.")]}) from twice
    publish(events.SkillKept(subject_id=kept.pk, name=kept.name, is_active=is_active), actor=actor)
    return kept


@command
def set_need(team: Team, skill: Skill, *, actor: Actor, grade: int = 2, persons: int = 1) -> Need | None:
    """Say how many of a team should have a skill at which grade; 0: none any more."""
    require(policy.led_by(actor).filter(pk=team.pk).exists())
    if grade not in Grade.values:
        raise Invalid({"grade": [_("Grades are 1 to 4.")]})
    if not 0 <= persons <= 99:
        raise Invalid({"persons": [_("A number from 0 to 99.")]})
    if persons:
        need, _made = Need.objects.update_or_create(
            team=team, skill=skill, defaults={"grade": grade, "persons": persons}
        )
    else:
        gone, _rows = Need.objects.filter(team=team, skill=skill).delete()
        if not gone:
            raise NotFound
        need = None
    publish(events.NeedSet(subject_id=team.pk, skill_id=skill.pk, grade=grade, persons=persons), actor=actor)
    return need
