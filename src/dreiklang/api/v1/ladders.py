"""Hierarchic escalation: a requester's own, what rang, and who sees to it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from dreiklang.api.doors import READING, WORKING, caller, scope
from dreiklang.api.shapes import Asked, Page
from dreiklang.api.v1.tickets import ticket_for
from dreiklang.escalation.commands.ladders import (
    Step,
    answer_ladder,
    drop_ladder,
    escalate_as_requester,
    keep_ladder,
)
from dreiklang.escalation.models import Ladder, Ringing
from dreiklang.escalation.queries.ladders import would_have_rung
from dreiklang.kernel import clock
from dreiklang.kernel.errors import Invalid, NotAllowed, NotFound
from dreiklang.kernel.permissions import Actor
from dreiklang.organizations.models import Person
from dreiklang.teams.models import Team
from dreiklang.tickets import policy

router = Router(tags=["escalation"])
Id = Annotated[int, Field(ge=1, lt=2**62)]


class EscalationIn(Asked):
    """Why it cannot wait."""

    reason: Annotated[str, Field(max_length=2_000)]


class EscalationOut(Schema):
    """A requester's escalation."""

    at: datetime
    reason: str


class RingingOut(Schema):
    """A rung that rang."""

    id: int
    ladder: str
    round: int
    position: int
    told: list[int]
    rung_at: datetime
    next_at: datetime | None
    acknowledged_at: datetime | None
    acknowledged_by_id: int | None


def _shown(row: Ringing) -> RingingOut:
    values = {name: getattr(row, name) for name in RingingOut.model_fields if name != "ladder"}
    return RingingOut(ladder=row.ladder.name, **values)


class LadderStepIn(Asked):
    """A rung: whom (``lead``, ``on_call``, ``manager``, ``contact``, ``person``), after how many silent minutes."""

    whom: Annotated[str, Field(max_length=10)]
    after_minutes: int = 0
    person_id: Id | None = None


class LadderIn(Asked):
    """A ladder as on the screen; ``version`` as it was read."""

    name: Annotated[str, Field(max_length=200)]
    trigger: Annotated[str, Field(max_length=20)]
    threshold: int = 0
    rungs: Annotated[list[LadderStepIn], Field(max_length=20)]
    team_id: Id | None = None
    lowest_priority: int | None = None
    is_active: bool = True
    version: int | None = None


class LadderStepOut(Schema):
    """A rung."""

    position: int
    whom: str
    after_minutes: int
    person_id: int | None


class LadderOut(Schema):
    """A ladder with its rungs."""

    id: int
    name: str
    trigger: str
    threshold: int
    team_id: int | None
    lowest_priority: int | None
    is_active: bool
    version: int
    rungs: list[LadderStepOut]


class WouldRingOut(Schema):
    """A ticket of the last 90 days for which the ladder would have rung."""

    number: int
    at: datetime | None


@router.get("/ladders", response=list[LadderOut], summary="Ladders")
@scope("control.use")
def list_ladders(request: HttpRequest) -> list[LadderOut]:
    """With their rungs."""
    return [_ladder(row) for row in Ladder.objects.prefetch_related("rungs")]


@router.post("/ladders", response={201: LadderOut}, summary="Make a ladder")
@scope("control.use")
def make_ladder(request: HttpRequest, asked: LadderIn) -> Status[LadderOut]:
    """422 at ``rung-1`` … for a rung that points to nobody."""
    return Status(201, _ladder(_keep(None, asked, caller(request))))


@router.put("/ladders/{int:ladder_id}", response=LadderOut, summary="Change a ladder")
@scope("control.use")
def change_ladder(request: HttpRequest, ladder_id: int, asked: LadderIn) -> LadderOut:
    """All of it."""
    return _ladder(_keep(_of(ladder_id), asked, caller(request)))


@router.delete("/ladders/{int:ladder_id}", response={204: None}, summary="Remove a ladder")
@scope("control.use")
def remove_ladder(request: HttpRequest, ladder_id: int) -> Status[None]:
    """409 for one that rang: switch it off instead."""
    drop_ladder(_of(ladder_id), actor=caller(request))
    return Status(204, None)


@router.get("/ladders/{int:ladder_id}/dry-run", response=list[WouldRingOut], summary="Try a ladder on the past")
@scope("control.use")
def dry_run(request: HttpRequest, ladder_id: int) -> list[WouldRingOut]:
    """Of the tickets the caller may see."""
    found = would_have_rung(_of(ladder_id), clock.now())
    numbers = dict(
        policy.visible_to(caller(request)).filter(pk__in=[o.ticket_id for o in found]).values_list("pk", "number")
    )
    return [WouldRingOut(number=numbers[one.ticket_id], at=one.at) for one in found if one.ticket_id in numbers]


def _of(ladder_id: int) -> Ladder:
    found = Ladder.objects.filter(pk=ladder_id).first()
    if found is None:
        raise NotFound("There is no such ladder.")
    return found


def _keep(ladder: Ladder | None, asked: LadderIn, actor: Actor) -> Ladder:
    persons = Person.objects.in_bulk([step.person_id for step in asked.rungs if step.person_id])
    steps = [Step(step.whom, step.after_minutes, persons.get(step.person_id or 0)) for step in asked.rungs]
    team = Team.objects.filter(pk=asked.team_id).first() if asked.team_id else None
    if asked.team_id and team is None:
        raise Invalid({"team_id": ["There is no such team."]})
    return keep_ladder(
        ladder, actor=actor, name=asked.name, trigger=asked.trigger, threshold=asked.threshold, rungs=steps, team=team,
        lowest_priority=asked.lowest_priority, is_active=asked.is_active, version=asked.version,
    )  # fmt: skip


def _ladder(row: Ladder) -> LadderOut:
    values = {name: getattr(row, name) for name in LadderOut.model_fields if name != "rungs"}
    return LadderOut(rungs=[LadderStepOut.from_orm(rung) for rung in row.rungs.all()], **values)


@router.post("/tickets/{int:number}/escalation", response={201: EscalationOut}, summary="Escalate as requester")
@scope(*READING)
def escalate(request: HttpRequest, number: int, asked: EscalationIn) -> Status[EscalationOut]:
    """Ask for somebody with more authority: once, with a reason."""
    ticket, actor = ticket_for(request, number)
    made = escalate_as_requester(ticket, actor=actor, reason=asked.reason)
    return Status(201, EscalationOut(at=made.at, reason=made.reason))


@router.get("/tickets/{int:number}/ringings", response=Page[RingingOut], summary="What rang")
@scope(*WORKING)
def list_ringings(request: HttpRequest, number: int) -> list[RingingOut]:
    """The rungs that rang for a ticket, oldest first; only inside the house."""
    ticket, actor = ticket_for(request, number)
    if not policy.works_inside(actor, ticket) or policy.is_outside_house(actor):
        raise NotAllowed()
    return [_shown(row) for row in Ringing.objects.filter(ticket=ticket).select_related("ladder").order_by("pk")]


@router.post("/ringings/{int:ringing_id}/acknowledgement", response=RingingOut, summary="I see to it")
@scope(*READING)
def acknowledge(request: HttpRequest, ringing_id: int) -> RingingOut:
    """The ladder is climbed no further."""
    actor = caller(request)
    found = Ringing.objects.select_related("ticket").filter(pk=ringing_id).first()
    if found is None or not policy.may_see(actor, found.ticket):
        raise NotFound("There is no such ringing.")
    return _shown(answer_ladder(found, actor=actor))
