"""Teams and who belongs to them: which there are for the caller; making and changing, for administrators."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from dreiklang.api.doors import SIGNED_IN, WORKING, caller, scope
from dreiklang.api.paging import Cursor, page_of
from dreiklang.api.shapes import Asked, Page, given
from dreiklang.api.v1.people import organization_for
from dreiklang.api.v1.tickets import person_for
from dreiklang.kernel.errors import NotFound
from dreiklang.kernel.permissions import Actor
from dreiklang.teams.commands import members
from dreiklang.teams.commands import teams as commands
from dreiklang.teams.models import Membership, Team
from dreiklang.teams.policy import visible_to

router = Router(tags=["teams"])
Name = Annotated[str, Field(max_length=100)]
Level = Annotated[int, Field(ge=1, le=4)]


class TeamOut(Schema):
    """A team on its level."""

    id: int
    version: int
    key: str
    name: str
    level: int
    organization_id: int
    subject: str
    is_active: bool


class TeamIn(Asked):
    """A new team. Level 4 is for vendors and outside experts."""

    name: Name
    level: Level
    organization_id: int
    key: Annotated[str, Field(max_length=60, pattern=r"^[a-z0-9-]*$")] = ""
    subject: Annotated[str, Field(max_length=200)] = ""
    signature: Annotated[str, Field(max_length=2000)] = ""


class TeamChange(Asked):
    """What may be changed; what is left out stays."""

    version: int | None = None
    name: Name | None = None
    level: Level | None = None
    subject: Annotated[str, Field(max_length=200)] | None = None
    signature: Annotated[str, Field(max_length=2000)] | None = None
    is_active: bool | None = None


class MembershipOut(Schema):
    """Who belongs to a team, from and until which day (inclusive)."""

    id: int
    team_id: int
    person_id: int
    role: str
    from_date: date
    until_date: date | None


class MembershipIn(Asked):
    """A new membership; from today if nothing is said."""

    person_id: int
    role: Literal["member", "lead"] = "member"
    from_date: date | None = None
    until_date: date | None = None


class MembershipChange(Asked):
    """What may be changed."""

    role: Literal["member", "lead"]


def team_of(actor: Actor, team_id: int) -> Team:
    """A team the caller may know of. Raises NotFound."""
    found = visible_to(actor).filter(pk=team_id).first()
    if found is None:
        raise NotFound("There is no such team.")
    return found


@router.get("/teams", response=Page[TeamOut], summary="Teams")
@scope(SIGNED_IN)
def list_teams(request: HttpRequest, cursor: Cursor = None) -> dict[str, Any]:
    """The teams the caller may know of."""
    return page_of(visible_to(caller(request)).filter(is_active=True), cursor, TeamOut.from_orm)


@router.post("/teams", response={201: TeamOut}, summary="Add a team")
@scope("control.use")
def make_team(request: HttpRequest, asked: TeamIn) -> Status[Team]:
    """Add a team to a level."""
    actor, fields = caller(request), asked.model_dump()
    organization = organization_for(actor, fields.pop("organization_id"))
    return Status(201, commands.make_team(actor=actor, organization=organization, **fields))


@router.get("/teams/{int:team_id}", response=TeamOut, summary="One team")
@scope(SIGNED_IN)
def get_team(request: HttpRequest, team_id: int) -> Team:
    """A team, also one that works no more."""
    return team_of(caller(request), team_id)


@router.patch("/teams/{int:team_id}", response=TeamOut, summary="Change a team")
@scope("control.use")
def change_team(request: HttpRequest, team_id: int, asked: TeamChange) -> Team:
    """Change what is given. 409 with ``current_version`` if somebody else did since ``version``."""
    actor = caller(request)
    return commands.change_team(team_of(actor, team_id), actor=actor, **given(asked))


@router.get("/teams/{int:team_id}/memberships", response=Page[MembershipOut], summary="Who belongs to a team")
@scope(*WORKING, "control.use")
def list_memberships(request: HttpRequest, team_id: int, cursor: Cursor = None) -> dict[str, Any]:
    """All memberships of a team, the ended ones too."""
    return page_of(team_of(caller(request), team_id).memberships.all(), cursor, MembershipOut.from_orm)


@router.post("/teams/{int:team_id}/memberships", response={201: MembershipOut}, summary="Add somebody to a team")
@scope("control.use")
def add_member(request: HttpRequest, team_id: int, asked: MembershipIn) -> Status[Membership]:
    """Let somebody belong to a team from a day on."""
    actor, fields = caller(request), asked.model_dump()
    person = person_for(actor, fields.pop("person_id"))
    return Status(201, members.add_member(team_of(actor, team_id), person, actor=actor, **fields))


def _membership(actor: Actor, membership_id: int) -> Membership:
    found = (
        Membership.objects.filter(pk=membership_id, team__in=visible_to(actor)).select_related("team", "person").first()
    )
    if found is None:
        raise NotFound("There is no such membership.")
    return found


@router.patch("/memberships/{int:membership_id}", response=MembershipOut, summary="Member or lead")
@scope("control.use")
def change_member(request: HttpRequest, membership_id: int, asked: MembershipChange) -> Membership:
    """Change somebody's role in a team."""
    actor = caller(request)
    return members.change_member(_membership(actor, membership_id), actor=actor, role=asked.role)


@router.delete("/memberships/{int:membership_id}", response={204: None}, summary="Somebody leaves a team")
@scope("control.use")
def end_membership(request: HttpRequest, membership_id: int) -> Status[None]:
    """End a membership now; that it was stays known."""
    actor = caller(request)
    members.end_membership(_membership(actor, membership_id), actor=actor)
    return Status(204, None)
