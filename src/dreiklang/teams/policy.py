"""Who may see and change teams, absences, duty."""

from __future__ import annotations

from django.db.models import QuerySet

from dreiklang.kernel.permissions import Actor
from dreiklang.organizations.models import Person
from dreiklang.organizations.policy import is_internal
from dreiklang.teams.models import Membership, Team


def may_manage_teams(actor: Actor) -> bool:
    """Make and change teams and who belongs to them: administrators."""
    return actor.has("control.use")


def may_lead(actor: Actor, team: Team) -> bool:
    """Set duty shifts of a team: its leads, and administrators."""
    return may_manage_teams(actor) or (actor.has("teams.lead") and team.pk in actor.teams)


def may_note_absence(actor: Actor, person: Person) -> bool:
    """Note that somebody is away: they themselves, a lead of one of their teams, administrators."""
    if may_manage_teams(actor):
        return True
    if actor.kind == "person" and actor.id == person.pk:
        return actor.has("desk.use")
    if not actor.has("teams.lead"):
        return False
    return Membership.objects.filter(person=person, team_id__in=actor.teams, until_date=None).exists()


def visible_to(actor: Actor) -> QuerySet[Team]:
    """Teams in lists and choices: all for the provider's desk, those of the own organisation for others who work."""
    if is_internal(actor):
        return Team.objects.all()
    if actor.has("tickets.work_handed"):
        return Team.objects.filter(organization_id__in=actor.organizations)
    return Team.objects.none()
