"""Hierarchic escalation: a requester's own, what rang, and who sees to it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from dreiklang.api.doors import READING, WORKING, caller, scope
from dreiklang.api.shapes import Asked, Page
from dreiklang.api.v1.tickets import ticket_for
from dreiklang.escalation.commands.ladders import answer_ladder, escalate_as_requester
from dreiklang.escalation.models import Ringing
from dreiklang.kernel.errors import NotAllowed, NotFound
from dreiklang.tickets import policy

router = Router(tags=["escalation"])


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
    position: int
    told: list[int]
    rung_at: datetime
    next_at: datetime | None
    acknowledged_at: datetime | None
    acknowledged_by_id: int | None


def _shown(row: Ringing) -> RingingOut:
    values = {name: getattr(row, name) for name in RingingOut.model_fields if name != "ladder"}
    return RingingOut(ladder=row.ladder.name, **values)


@router.post("/tickets/{int:number}/escalation", response={201: EscalationOut}, summary="Escalate as requester")
@scope(*READING)
def escalate(request: HttpRequest, number: int, asked: EscalationIn) -> tuple[int, EscalationOut]:
    """Ask for somebody with more authority: once, with a reason."""
    ticket, actor = ticket_for(request, number)
    made = escalate_as_requester(ticket, actor=actor, reason=asked.reason)
    return 201, EscalationOut(at=made.at, reason=made.reason)


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
