"""Runbooks: kept, shown beside a ticket, their steps ticked."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from dreiklang.api.doors import WORKING, caller, scope
from dreiklang.api.paging import PAGE, Cursor, Limit, page_of
from dreiklang.api.shapes import Asked, Page
from dreiklang.api.v1.routines import SharedIn, SharedOut, place_of, routine_for, shared
from dreiklang.api.v1.tickets import category_for
from dreiklang.api.v1.together import inside
from dreiklang.kernel.errors import NotFound
from dreiklang.kernel.permissions import Actor
from dreiklang.routines import policy, queries
from dreiklang.routines.commands import keeping, running
from dreiklang.routines.models import Runbook, RunbookStep, RunbookTick
from dreiklang.tickets.models import Ticket

router = Router(tags=["routines"])


class RunbookOut(SharedOut):
    """Steps for tickets of some categories."""

    hint: str
    categories: list[str]
    steps: list[str]


class RunbookIn(SharedIn):
    """A runbook as it shall be. A step whose words stay the same keeps its ticks."""

    steps: Annotated[list[Annotated[str, Field(max_length=500)]], Field(max_length=60)]
    categories: Annotated[list[Annotated[str, Field(max_length=100)]], Field(max_length=100)] = []
    hint: Annotated[str, Field(max_length=300)] = ""


class StepOut(Schema):
    """A step on a ticket; ``done_at`` if it is ticked."""

    id: int
    text: str
    done_at: datetime | None
    intervention_id: int | None


class OpenRunbookOut(Schema):
    """A runbook beside a ticket."""

    id: int
    name: str
    hint: str
    steps: list[StepOut]


class TickIn(Asked):
    """What came of the step; it becomes an intervention."""

    result: Annotated[str, Field(max_length=2000)] = ""
    outcome: Literal["helped", "no_effect", "ruled_out", "found", "none"] = "none"
    minutes: Annotated[Decimal, Field(ge=0, le=1440)] = Decimal(0)


def _out(one: Runbook, actor: Actor) -> dict[str, Any]:
    steps = [step.text for step in one.steps.all() if step.is_active]
    return {
        **shared(one, actor), "hint": one.hint, "steps": steps, "categories": [c.key for c in one.categories.all()],
    }  # fmt: skip


def _keep(one: Runbook | None, asked: RunbookIn, actor: Actor) -> dict[str, Any]:
    categories = [found for key in asked.categories if (found := category_for(key))]
    kept = keeping.keep_runbook(
        one, actor=actor, steps=asked.steps, categories=categories, hint=asked.hint, **place_of(asked, actor)
    )
    return _out(kept, actor)


@router.get("/runbooks", response=Page[RunbookOut], summary="Runbooks the caller may use")
@scope(*WORKING)
def list_runbooks(request: HttpRequest, cursor: Cursor = None, limit: Limit = PAGE) -> dict[str, Any]:
    """One's own, those of one's teams, and what is everybody's."""
    actor = caller(request)
    found = policy.visible_to(actor, Runbook).prefetch_related("steps", "categories")
    return page_of(found, cursor, lambda one: _out(one, actor), size=limit)


@router.post("/runbooks", response={201: RunbookOut}, summary="Make a runbook")
@scope(*WORKING)
def make_runbook(request: HttpRequest, asked: RunbookIn) -> Status[dict[str, Any]]:
    """With its steps in their order."""
    return Status(201, _keep(None, asked, caller(request)))


@router.get("/runbooks/{int:routine_id}", response=RunbookOut, summary="One runbook")
@scope(*WORKING)
def get_runbook(request: HttpRequest, routine_id: int) -> dict[str, Any]:
    """As it stands now."""
    actor = caller(request)
    return _out(routine_for(actor, Runbook, routine_id), actor)


@router.put("/runbooks/{int:routine_id}", response=RunbookOut, summary="Write a runbook anew")
@scope(*WORKING)
def put_runbook(request: HttpRequest, routine_id: int, asked: RunbookIn) -> dict[str, Any]:
    """As a whole."""
    actor = caller(request)
    return _keep(routine_for(actor, Runbook, routine_id), asked, actor)


@router.delete("/runbooks/{int:routine_id}", response={204: None}, summary="Remove a runbook")
@scope(*WORKING)
def remove_runbook(request: HttpRequest, routine_id: int) -> Status[None]:
    """One that was used on tickets is put out of use instead."""
    actor = caller(request)
    keeping.remove_runbook(routine_for(actor, Runbook, routine_id), actor=actor)
    return Status(204, None)


@router.get("/tickets/{int:number}/runbooks", response=Page[OpenRunbookOut], summary="Runbooks beside a ticket")
@scope(*WORKING)
def of_ticket(request: HttpRequest, number: int) -> list[dict[str, Any]]:
    """Those of its category, and those begun on it."""
    ticket, actor = inside(request, number)
    return _beside(ticket, actor)


def _beside(ticket: Ticket, actor: Actor) -> list[dict[str, Any]]:
    return [
        {
            "id": one.runbook.pk, "name": one.runbook.name, "hint": one.runbook.hint,
            "steps": [
                {
                    "id": step.step.pk, "text": step.step.text,
                    "done_at": step.tick.ticked_at if step.tick else None,
                    "intervention_id": step.tick.intervention_id if step.tick else None,
                }
                for step in one.steps
            ],
        }
        for one in queries.runbooks_for(ticket, actor=actor)
    ]  # fmt: skip


@router.put("/tickets/{int:number}/steps/{int:step_id}", response=Page[OpenRunbookOut], summary="Tick a step")
@scope(*WORKING)
def tick(request: HttpRequest, number: int, step_id: int, asked: TickIn) -> list[dict[str, Any]]:
    """It becomes an intervention of the ticket."""
    ticket, actor = inside(request, number)
    step = RunbookStep.objects.filter(pk=step_id, runbook__in=policy.visible_to(actor, Runbook)).first()
    if step is None:
        raise NotFound("There is no such step.")
    running.tick_step(step, ticket, actor=actor, result=asked.result, outcome=asked.outcome, minutes=asked.minutes)
    return _beside(ticket, actor)


@router.delete("/tickets/{int:number}/steps/{int:step_id}", response=Page[OpenRunbookOut], summary="Take a tick back")
@scope(*WORKING)
def untick(request: HttpRequest, number: int, step_id: int) -> list[dict[str, Any]]:
    """The log keeps what was there; another intervention says that it was not done after all."""
    ticket, actor = inside(request, number)
    found = RunbookTick.objects.filter(
        ticket=ticket, step=step_id, undone_at=None, step__runbook__in=policy.visible_to(actor, Runbook)
    ).first()
    if found is None:
        raise NotFound("This step is not ticked here.")
    running.untick_step(found, actor=actor)
    return _beside(ticket, actor)
