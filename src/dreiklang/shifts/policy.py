"""Whose book it is, and who may give the work of somebody away to others."""

from __future__ import annotations

from django.db.models import QuerySet

from dreiklang.kernel.permissions import Actor
from dreiklang.organizations.models import Person
from dreiklang.shifts.models import BookEntry
from dreiklang.teams.models import Membership, Team
from dreiklang.tickets.policy import ASSIGN_OTHERS, SEE_ALL


def books_of(actor: Actor) -> QuerySet[Team]:
    """The teams whose book an actor reads: the own ones; service managers all of them."""
    teams = Team.objects.filter(is_active=True)
    return teams if actor.has(SEE_ALL) else teams.filter(pk__in=actor.teams)


def visible_to(actor: Actor) -> QuerySet[BookEntry]:
    """Entries of those books."""
    return BookEntry.objects.filter(team__in=books_of(actor))


def may_write(actor: Actor, team_id: int) -> bool:
    """Members of the team write in its book; service managers too."""
    return actor.kind == "person" and (team_id in actor.teams or actor.has(SEE_ALL))


def may_give_work_of(actor: Actor, person: Person) -> bool:
    """A lead of one of the person's teams, and service managers."""
    if actor.has(SEE_ALL) and actor.has(ASSIGN_OTHERS):
        return True
    if not (actor.has(ASSIGN_OTHERS) and actor.has("teams.lead")):
        return False
    return Membership.objects.filter(person=person, team_id__in=actor.teams, until_date=None).exists()
