"""Calendars made and changed, and whose they are: the same faults and the same look ahead as on the screens."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from dreiklang.api.doors import caller, scope
from dreiklang.api.paging import PAGE, Cursor, Limit, page_of
from dreiklang.api.shapes import Asked, Line, Page
from dreiklang.calendars import commands as calendars
from dreiklang.calendars import policy
from dreiklang.calendars.models import ServiceCalendar
from dreiklang.calendars.rules import BadCalendar
from dreiklang.kernel.errors import Invalid, NotFound
from dreiklang.kernel.permissions import Actor
from dreiklang.organizations.models import Organization
from dreiklang.sla.commands.calendars import give_calendar
from dreiklang.sla.models import CustomerCalendar
from dreiklang.sla.queries.effects import effect_of

router = Router(tags=["contracts"])
MANAGING = ("control.use",)
Week = Annotated[dict[str, Any], Field(max_length=7)]


class CalendarOut(Schema):
    """Working hours: a week of spans, public holidays of a region, closed days, days with hours of their own."""

    id: int
    name: str
    timezone: str
    region: str
    week: dict[str, Any]
    closed_days: list[date]
    extra_days: dict[str, Any]
    is_default: bool
    customer_id: int | None
    version: int


class CalendarIn(Asked):
    """A new calendar; without a week Monday to Friday, eight to five."""

    name: Line
    timezone: Line = "Europe/Berlin"
    region: Line = ""
    week: Week | None = None
    closed_days: Annotated[list[date], Field(max_length=1000)] = []
    extra_days: Annotated[dict[str, Any], Field(max_length=1000)] = {}


class CalendarChange(Asked):
    """What is given changes, the rest stays; ``version`` as it was read."""

    name: Line | None = None
    timezone: Line | None = None
    region: Line | None = None
    week: Week | None = None
    closed_days: Annotated[list[date], Field(max_length=1000)] | None = None
    extra_days: Annotated[dict[str, Any], Field(max_length=1000)] | None = None
    version: int | None = None


class MoveOut(Schema):
    """A running promise that would fall due at another moment; ``level`` null: the customer's."""

    number: int
    metric: str
    level: int | None
    due_at: datetime
    would_be_due_at: datetime


class EffectOut(Schema):
    """What other hours would do to running promises; ``are_all``: every open ticket was looked at."""

    moved: int
    looked_at: int
    are_all: bool
    moves: list[MoveOut]


class OwnerIn(Asked):
    """The customer whose own calendar it is; null: anyone's."""

    organization_id: Annotated[int, Field(ge=1, lt=2**62)] | None


@router.get("/calendars", response=Page[CalendarOut], summary="Calendars")
@scope(*MANAGING)
def list_calendars(request: HttpRequest, cursor: Cursor = None, limit: Limit = PAGE) -> dict[str, Any]:
    """Those the caller may know of."""
    return page_of(_calendars(caller(request)), cursor, _calendar, size=limit)


@router.post("/calendars", response={201: CalendarOut}, summary="Add a calendar")
@scope(*MANAGING)
def add_calendar(request: HttpRequest, asked: CalendarIn) -> Status[CalendarOut]:
    """422 by field for what is no calendar."""
    return Status(201, _calendar(calendars.add_calendar(actor=caller(request), **asked.dict())))


@router.patch("/calendars/{int:calendar_id}", response=CalendarOut, summary="Change a calendar")
@scope(*MANAGING)
def change_calendar(request: HttpRequest, calendar_id: int, asked: CalendarChange) -> CalendarOut:
    """Holds from now on; ask for the effect first to know which running promises that moves."""
    actor = caller(request)
    found = _named(_calendars(actor), calendar_id)
    return _calendar(calendars.change_calendar(found, actor=actor, **asked.dict()))


@router.post("/calendars/{int:calendar_id}/effect", response=EffectOut, summary="What a change would do")
@scope(*MANAGING)
def effect(request: HttpRequest, calendar_id: int, asked: CalendarChange) -> EffectOut:
    """Which running promises would fall due at another time. Changes nothing."""
    actor = caller(request)
    calendar = _named(_calendars(actor), calendar_id)
    for name, value in asked.dict(exclude={"version", "name"}).items():
        if value is not None:
            setattr(calendar, name, value)
    try:
        found = effect_of(calendar, calendar.as_rules(), actor=actor)
    except BadCalendar as wrong:
        raise Invalid({wrong.path.partition(".")[0]: [wrong.message]}) from wrong
    moves = [
        MoveOut(
            number=m.ticket.number, metric=m.metric, level=m.level or None, due_at=m.due_at,
            would_be_due_at=m.would_be_due_at,
        )
        for m in found.moves
    ]  # fmt: skip
    return EffectOut(moved=found.moved, looked_at=found.looked_at, are_all=found.are_all, moves=moves)


@router.delete("/calendars/{int:calendar_id}", response={204: None}, summary="Remove a calendar")
@scope(*MANAGING)
def remove_calendar(request: HttpRequest, calendar_id: int) -> Status[None]:
    """409 for the default one and for one in use."""
    actor = caller(request)
    calendars.remove_calendar(_named(_calendars(actor), calendar_id), actor=actor)
    return Status(204, None)


@router.put("/calendars/{int:calendar_id}/customer", response=CalendarOut, summary="Whose calendar it is")
@scope(*MANAGING)
def give(request: HttpRequest, calendar_id: int, asked: OwnerIn) -> CalendarOut:
    """A customer's own from now on, or (null) anyone's. 422 where promises to others count in it."""
    actor = caller(request)
    found = _named(_calendars(actor), calendar_id)
    customer = Organization.objects.filter(pk=asked.organization_id).first() if asked.organization_id else None
    if asked.organization_id and customer is None:
        raise Invalid({"customer": ["There is no such customer."]})
    give_calendar(found, actor=actor, organization=customer)
    return _calendar(_named(_calendars(actor), calendar_id))


def _calendar(one: ServiceCalendar) -> CalendarOut:
    owned = CustomerCalendar.objects.filter(calendar=one.pk).values_list("organization", flat=True).first()
    names = set(CalendarOut.model_fields) - {"customer_id"}
    return CalendarOut(**{name: getattr(one, name) for name in names}, customer_id=owned)


def _calendars(actor: Actor) -> QuerySet[ServiceCalendar]:
    return policy.visible_to(actor)


def _named(rows: QuerySet[ServiceCalendar], calendar_id: int) -> ServiceCalendar:
    found = rows.filter(pk=calendar_id).first()
    if found is None:
        raise NotFound("There is no such calendar.")
    return found
