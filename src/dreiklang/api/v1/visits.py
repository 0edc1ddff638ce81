"""Visits and appointments of a ticket."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from dreiklang.api.doors import WORKING, caller, scope
from dreiklang.api.shapes import Asked, Line, Page, Words
from dreiklang.api.v1.tickets import person_for
from dreiklang.api.v1.together import inside
from dreiklang.kernel.errors import Invalid, NotFound
from dreiklang.kernel.permissions import Actor
from dreiklang.tickets import policy
from dreiklang.tickets.commands import visits as commands
from dreiklang.tickets.models import Visit
from dreiklang.tickets.queries.visits import visits_of

router = Router(tags=["visits"])
Short = Annotated[str, Field(max_length=200)]


class VisitOut(Schema):
    """A visit or appointment; ``tools`` is inside only."""

    id: int
    purpose: str
    place: str
    tools: str
    starts_at: datetime
    ends_at: datetime
    person_id: int | None
    sequence: int
    done_at: datetime | None
    cancelled_at: datetime | None


class VisitIn(Asked):
    """A visit; with ``is_told`` the requester gets an invitation, in the words of ``text`` if there are any."""

    starts_at: datetime
    ends_at: datetime
    purpose: Short = ""
    place: Short = ""
    tools: Line = ""
    person_id: int | None = None
    is_told: bool = True
    text: Words = ""


class VisitChange(Asked):
    """What is changed; what is left out stays."""

    starts_at: datetime | None = None
    ends_at: datetime | None = None
    purpose: Short | None = None
    place: Short | None = None
    tools: Line | None = None
    person_id: int | None = None
    is_told: bool = True
    text: Words = ""


class DoneIn(Asked):
    """What came of it. ``minutes``: of work."""

    result: Annotated[str, Field(max_length=500)] = ""
    minutes: Annotated[float, Field(ge=0, le=1440)] = 0


def _values(asked: VisitIn | VisitChange, actor: Actor) -> dict[str, Any]:
    fields = asked.dict(exclude_unset=True)
    for name in ("starts_at", "ends_at"):
        if fields.get(name) is not None and fields[name].tzinfo is None:
            raise Invalid({name: ["A moment needs a time zone."]})
    if "person_id" in fields:
        key = fields.pop("person_id")
        fields["person"] = person_for(actor, key) if key else None
    return fields


def _visit(request: HttpRequest, visit_id: int) -> tuple[Visit, Actor]:
    """A visit the caller may see. Raises NotFound otherwise."""
    actor = caller(request)
    found = Visit.objects.filter(pk=visit_id, ticket__in=policy.visible_to(actor)).select_related("ticket").first()
    if found is None or not visits_of(found.ticket, actor=actor).filter(pk=visit_id).exists():
        raise NotFound("There is no such visit.")
    return found, actor


@router.get("/tickets/{int:number}/visits", response=Page[VisitOut], summary="Visits of a ticket")
@scope(*WORKING)
def list_visits(request: HttpRequest, number: int) -> list[Visit]:
    """By time, with those that are over."""
    ticket, actor = inside(request, number)
    return list(visits_of(ticket, actor=actor))


@router.post("/tickets/{int:number}/visits", response={201: VisitOut}, summary="Plan a visit")
@scope(*WORKING)
def plan_visit(request: HttpRequest, number: int, asked: VisitIn) -> Status[Visit]:
    """Plan a visit or appointment."""
    ticket, actor = inside(request, number)
    return Status(201, commands.plan_visit(ticket, actor=actor, **_values(asked, actor)))


@router.patch("/visits/{int:visit_id}", response=VisitOut, summary="Move or change a visit")
@scope(*WORKING)
def change_visit(request: HttpRequest, visit_id: int, asked: VisitChange) -> Visit:
    """Change what is given; whoever was invited is told if it concerns them."""
    visit, actor = _visit(request, visit_id)
    return commands.change_visit(visit, actor=actor, **_values(asked, actor))


@router.delete("/visits/{int:visit_id}", response=VisitOut, summary="Call a visit off")
@scope(*WORKING)
def cancel_visit(request: HttpRequest, visit_id: int, is_told: bool = True) -> Visit:
    """It does not take place."""
    visit, actor = _visit(request, visit_id)
    return commands.cancel_visit(visit, actor=actor, is_told=is_told)


@router.put("/visits/{int:visit_id}/completion", response={204: None}, summary="It took place")
@scope(*WORKING)
def finish_visit(request: HttpRequest, visit_id: int, asked: DoneIn) -> Status[None]:
    """Log it as work."""
    visit, actor = _visit(request, visit_id)
    commands.finish_visit(visit, actor=actor, result=asked.result, minutes=str(asked.minutes))
    return Status(204, None)
