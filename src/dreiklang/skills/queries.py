"""Reads of skills: one's own, a team's gaps, what runs out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from dreiklang.kernel.permissions import Actor
from dreiklang.skills import policy, rules
from dreiklang.skills.models import Ability, Certificate, Need, Skill
from dreiklang.skills.rules import Held
from dreiklang.teams.models import Team
from dreiklang.teams.queries import memberships_on, today


def abilities_of(person_id: int, *, actor: Actor) -> list[Ability]:
    """Somebody's grades, as far as the actor sees them, by skill."""
    found = policy.visible_to(actor).filter(person_id=person_id, skill__is_active=True)
    return list(found.select_related("skill", "confirmed_by").order_by("skill__name", "pk"))


def certificates_of(person_id: int, *, actor: Actor) -> list[Certificate]:
    """Somebody's certificates, what ends first first."""
    found = policy.certificates_visible_to(actor).filter(person_id=person_id)
    return sorted(found, key=lambda one: (one.expires_on or date.max, one.name, one.pk))


def running_out(*, actor: Actor) -> list[Ability | Certificate]:
    """What ends soon or has ended, among what the actor sees: the reminder."""
    until = today() + rules.REMINDED_AHEAD
    grades = policy.visible_to(actor).filter(expires_on__lte=until, skill__is_active=True)
    papers = policy.certificates_visible_to(actor).filter(expires_on__lte=until)
    found: list[Ability | Certificate] = [*grades.select_related("skill", "person"), *papers.select_related("person")]
    return sorted(found, key=lambda one: (one.expires_on or date.max, one.pk))


@dataclass(frozen=True)
class Gap:
    """A need of a team, how many fill it, and how many are missing."""

    need: Need
    there: int
    missing: int


@dataclass(frozen=True)
class TeamGaps:
    """A team with its needs."""

    team: Team
    gaps: list[Gap]


def gaps_for(actor: Actor) -> list[TeamGaps]:
    """The needs of the teams the actor leads and what is missing; figures, no names. Four statements."""
    teams = list(policy.led_by(actor).order_by("level", "name", "pk"))
    day = today()
    members: dict[int, set[int]] = {}
    for team_id, person_id in memberships_on(day).filter(team__in=teams).values_list("team_id", "person_id"):
        members.setdefault(team_id, set()).add(person_id)
    needs = list(
        Need.objects.filter(team__in=teams, skill__is_active=True).select_related("skill").order_by("skill__name")
    )
    held: dict[int, list[Held]] = {}
    for one in Ability.objects.filter(skill__in={need.skill_id for need in needs}):
        held.setdefault(one.skill_id, []).append(
            Held(one.person_id, one.grade, one.confirmed_at is not None, one.expires_on)
        )
    found = []
    for team in teams:
        gaps = []
        for need in (n for n in needs if n.team_id == team.pk):
            inside = [h for h in held.get(need.skill_id, []) if h.person_id in members.get(team.pk, set())]
            lacking = rules.missing(need.persons, need.grade, inside, day)
            there = len({h.person_id for h in inside if h.counts(need.grade, day)})
            gaps.append(Gap(need, there, lacking))
        found.append(TeamGaps(team, gaps))
    return found


def skills(*, with_retired: bool = False) -> list[Skill]:
    """All skills by name."""
    return list(Skill.objects.all() if with_retired else Skill.objects.filter(is_active=True))
