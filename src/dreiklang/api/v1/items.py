"""Services, what a ticket affects, and what its outage costs."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from dreiklang.api.doors import READING, SIGNED_IN, WORKING, caller, scope
from dreiklang.api.paging import Cursor, page_of
from dreiklang.api.shapes import Asked, Page, Scale, TicketOut
from dreiklang.api.v1.tickets import again, service_for, ticket_for
from dreiklang.assets import policy as assets
from dreiklang.assets.queries import impact_for
from dreiklang.kernel import clock
from dreiklang.kernel.errors import NotAllowed, NotFound
from dreiklang.tickets import policy
from dreiklang.tickets.commands.affected import name_service
from dreiklang.tickets.queries.outage import outage_shown_to

router = Router(tags=["services"])
People = Annotated[int, Field(ge=1, le=10_000_000)]


class ServiceOut(Schema):
    """A service; ``criticality`` 1 essential, 2 important, 3 ordinary."""

    id: int
    key: str
    name: str
    criticality: int
    is_active: bool


class AffectedIn(Asked):
    """What is affected. Without ``impact`` it stays as it is; the proposal is at ``/tickets/{number}/impact``."""

    service: str
    people: People | None = None
    impact: Scale | None = None
    version: int | None = None


class ImpactOut(Schema):
    """A proposed impact, with its reasons as codes."""

    impact: int
    people: int
    reasons: list[str]


class OutageOut(Schema):
    """What an outage costs in the desk's currency, and the sum: seconds of service time x cost per hour."""

    amount: Decimal
    per_hour: Decimal
    seconds: int
    hourly_cost: Decimal
    people: int
    depending: int
    is_frozen: bool
    at: datetime


@router.get("/services", response=Page[ServiceOut], summary="Services")
@scope(SIGNED_IN)
def list_services(request: HttpRequest, cursor: Cursor = None) -> dict[str, Any]:
    """The services the caller may name."""
    return page_of(assets.visible_to(caller(request)), cursor, ServiceOut.from_orm)


@router.put("/tickets/{int:number}/affected", response=TicketOut, summary="Name the affected service")
@scope(*WORKING)
def put_affected(request: HttpRequest, number: int, asked: AffectedIn) -> TicketOut:
    """Say which service is affected and how many people; with ``impact`` the priority follows."""
    ticket, actor = ticket_for(request, number)
    service = service_for(actor, asked.service)
    name_service(ticket, actor=actor, service=service, people=asked.people, impact=asked.impact, version=asked.version)
    return again(ticket)


@router.delete("/tickets/{int:number}/affected", response=TicketOut, summary="No service is affected")
@scope(*WORKING)
def delete_affected(request: HttpRequest, number: int) -> TicketOut:
    """It was no service after all."""
    ticket, actor = ticket_for(request, number)
    name_service(ticket, actor=actor, service=None)
    return again(ticket)


@router.get("/tickets/{int:number}/impact", response=ImpactOut, summary="The proposed impact")
@scope(*WORKING)
def get_impact(request: HttpRequest, number: int) -> ImpactOut:
    """What service, people and time of day propose now."""
    ticket, actor = ticket_for(request, number)
    if not policy.may_name_service(actor, ticket):
        raise NotAllowed()
    found = impact_for(
        ticket.service, customer_id=ticket.customer_id, people=ticket.affected_people, at=clock.now(),
        is_vip=ticket.requester.is_vip,
    )  # fmt: skip
    return ImpactOut(impact=found.impact, people=found.people, reasons=[str(reason) for reason in found.reasons])


@router.get("/tickets/{int:number}/outage", response=OutageOut, summary="What the outage costs")
@scope(*READING, "portal.see_organization")
def get_outage(request: HttpRequest, number: int) -> OutageOut:
    """The running or frozen cost. 404 for callers who may not know it, and where no outage is counted."""
    ticket, actor = ticket_for(request, number)
    shown = outage_shown_to(actor, ticket)
    if shown is None:
        raise NotFound("No outage is counted here.")
    return OutageOut(is_frozen=shown.is_frozen, at=clock.now(), **vars(shown.outage))
