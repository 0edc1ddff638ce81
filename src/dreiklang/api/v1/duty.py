"""The rota of teams: who is on duty in which span, swaps, and the working hours nobody has."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema, Status

from dreiklang.api.doors import WORKING, caller, scope
from dreiklang.api.paging import Cursor, page_of
from dreiklang.api.shapes import Asked, Page
from dreiklang.api.v1.teams import team_of
from dreiklang.api.v1.tickets import person_for
from dreiklang.kernel import clock
from dreiklang.kernel.errors import NotFound
from dreiklang.kernel.permissions import Actor
from dreiklang.teams.commands import duty as commands
from dreiklang.teams.models import DutyShift
from dreiklang.teams.policy import visible_to
from dreiklang.teams.queries.rota import gaps_of

router = Router(tags=["duty"])
LEADING = (*WORKING, "control.use")


class DutyShiftOut(Schema):
    """Somebody is on duty for a team in a span."""

    id: int
    team_id: int
    person_id: int
    starts_at: datetime
    ends_at: datetime


class DutyShiftIn(Asked):
    """A shift of at most two weeks; moments have an offset."""

    person_id: int
    starts_at: datetime
    ends_at: datetime


class SwapIn(Asked):
    """The shift of somebody else of the team that is taken over in exchange."""

    other_id: int


class DutyGapOut(Schema):
    """Working hours in which nobody is on duty."""

    starts_at: datetime
    ends_at: datetime


@router.get("/teams/{int:team_id}/duty-shifts", response=Page[DutyShiftOut], summary="Shifts of a team")
@scope(*LEADING)
def list_shifts(request: HttpRequest, team_id: int, cursor: Cursor = None) -> dict[str, Any]:
    """The shifts that run or come."""
    rows = team_of(caller(request), team_id).shifts.filter(ends_at__gt=clock.now())
    return page_of(rows, cursor, DutyShiftOut.from_orm)


@router.post("/teams/{int:team_id}/duty-shifts", response={201: DutyShiftOut}, summary="Put somebody on duty")
@scope(*LEADING)
def set_shift(request: HttpRequest, team_id: int, asked: DutyShiftIn) -> Status[DutyShift]:
    """For leads of the team and administrators; 422 by field."""
    actor, fields = caller(request), asked.model_dump()
    person = person_for(actor, fields.pop("person_id"))
    return Status(201, commands.set_shift(team_of(actor, team_id), person, actor=actor, **fields))


@router.put("/duty-shifts/{int:shift_id}", response=DutyShiftOut, summary="Change a shift")
@scope(*LEADING)
def change_shift(request: HttpRequest, shift_id: int, asked: DutyShiftIn) -> DutyShift:
    """Give it to somebody else, or move it."""
    actor, fields = caller(request), asked.model_dump()
    person = person_for(actor, fields.pop("person_id"))
    return commands.change_shift(_shift(actor, shift_id), actor=actor, person=person, **fields)


@router.post("/duty-shifts/{int:shift_id}/swap", response={204: None}, summary="Swap two shifts")
@scope(*LEADING)
def swap_shifts(request: HttpRequest, shift_id: int, asked: SwapIn) -> Status[None]:
    """Two people of a team take over each other's shift."""
    actor = caller(request)
    commands.swap_shifts(_shift(actor, shift_id), _shift(actor, asked.other_id), actor=actor)
    return Status(204, None)


@router.delete("/duty-shifts/{int:shift_id}", response={204: None}, summary="Take a shift back")
@scope(*LEADING)
def drop_shift(request: HttpRequest, shift_id: int) -> Status[None]:
    """It never was."""
    actor = caller(request)
    commands.drop_shift(_shift(actor, shift_id), actor=actor)
    return Status(204, None)


@router.get("/teams/{int:team_id}/duty-gaps", response=list[DutyGapOut], summary="Working hours nobody has")
@scope(*LEADING)
def duty_gaps(request: HttpRequest, team_id: int) -> list[DutyGapOut]:
    """Of the next two weeks; none for a team without shifts, whose members are all on duty then."""
    found = gaps_of(team_of(caller(request), team_id), clock.now())
    return [DutyGapOut(starts_at=start, ends_at=end) for start, end in found]


def _shift(actor: Actor, shift_id: int) -> DutyShift:
    rows = DutyShift.objects.filter(pk=shift_id, team__in=visible_to(actor)).select_related("team", "person")
    found = rows.first()
    if found is None:
        raise NotFound("There is no such shift.")
    return found
