"""Who may see and change what is made ready."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Q, QuerySet

from dreiklang.kernel.permissions import Actor
from dreiklang.routines.models import Shared

S = TypeVar("S", bound=Shared)

WORK, WORK_HANDED = "tickets.work", "tickets.work_handed"


def visible_to(actor: Actor, kind: type[S]) -> QuerySet[S]:
    """What an actor may use: the own, their teams', and for those inside the house what is everybody's."""
    if not (actor.has(WORK) or actor.has(WORK_HANDED) or actor.has("control.use")):
        return kind._default_manager.none()
    seen = Q(team_id__in=actor.teams)
    if actor.kind == "person" and actor.id is not None:
        seen |= Q(owner_id=actor.id)
    if actor.has(WORK) or actor.has("control.use"):
        seen |= Q(owner=None, team=None)
    if actor.has("control.use"):
        seen |= Q(owner=None)
    return kind._default_manager.filter(seen)


def may_keep(actor: Actor, *, owner_id: int | None, team_id: int | None) -> bool:
    """Own: everybody who works. A team's: its members' leads. Everybody's: managers and administrators."""
    if owner_id is not None:
        return actor.kind == "person" and owner_id == actor.id and (actor.has(WORK) or actor.has(WORK_HANDED))
    if actor.has("control.use") or actor.has("tickets.see_all"):
        return True
    return team_id is not None and team_id in actor.teams and actor.has("teams.lead")


def may_change(actor: Actor, one: Shared) -> bool:
    """Whoever may keep it there; and a team's also by its author, as long as they belong to the team."""
    if may_keep(actor, owner_id=one.owner_id, team_id=one.team_id):
        return True
    return one.team_id in actor.teams and actor.kind == "person" and one.author_id == actor.id
