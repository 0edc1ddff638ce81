"""Silence: plans of reminders and closing, and what they would do today."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from dreiklang.api.doors import SETTING_UP, caller, scope
from dreiklang.api.shapes import Asked
from dreiklang.api.v1.tickets import category_for
from dreiklang.kernel.errors import Invalid, NotFound
from dreiklang.kernel.permissions import Actor, require
from dreiklang.organizations.models import Organization
from dreiklang.tickets import policy
from dreiklang.tickets.commands.silence import remove_silence_plan, set_silence_plan
from dreiklang.tickets.models import SilencePlan
from dreiklang.tickets.queries.silence import due_closings, due_reminders, plans_with

router = Router(tags=["silence"])


class SilencePlanOut(Schema):
    """Whom it holds for (null: everybody), and what follows from silence, in working days."""

    id: int
    version: int
    customer_id: int | None
    category: str | None
    is_active: bool
    remind_after: int
    times: int
    close_after: int | None


class PlanIn(Asked):
    """A plan as it shall be. ``version``: of the one that was read."""

    customer_id: int | None = None
    category: Annotated[str, Field(max_length=100)] | None = None
    is_active: bool = True
    remind_after: Annotated[int, Field(ge=1, le=60)] = 3
    times: Annotated[int, Field(ge=1, le=3)] = 2
    close_after: Annotated[int, Field(ge=1, le=60)] | None = None
    version: int | None = None


class TodayOut(Schema):
    """Tickets that would be reminded of, or closed, today; those the caller may not see are counted only."""

    reminders: int
    closings: int
    reminded: list[int]
    closed: list[int]


def _out(plan: SilencePlan) -> dict[str, Any]:
    names = ("id", "version", "customer_id", "is_active", "remind_after", "times", "close_after")
    return {**{name: getattr(plan, name) for name in names}, "category": plan.category.key if plan.category else None}


def _values(asked: PlanIn) -> dict[str, Any]:
    customer = Organization.objects.filter(pk=asked.customer_id).first() if asked.customer_id is not None else None
    if asked.customer_id is not None and customer is None:
        raise Invalid({"customer_id": ["There is no such organisation."]})
    given = asked.dict(exclude={"customer_id", "category", "version"})
    return {**given, "customer": customer, "category": category_for(asked.category)}


def _actor(request: HttpRequest) -> Actor:
    actor = caller(request)
    require(policy.may_set_up(actor))
    return actor


def _plan(plan_id: int) -> SilencePlan:
    found = SilencePlan.objects.select_related("category").filter(pk=plan_id).first()
    if found is None:
        raise NotFound("There is no such plan.")
    return found


@router.get("/silence-plans", response=list[SilencePlanOut], summary="Plans for silence")
@scope(*SETTING_UP)
def list_plans(request: HttpRequest) -> list[dict[str, Any]]:
    """The closest one counts: a customer's before a category's."""
    _actor(request)
    return [_out(plan) for plan in SilencePlan.objects.select_related("category").order_by("pk")]


@router.post("/silence-plans", response={201: SilencePlanOut}, summary="Make a plan")
@scope(*SETTING_UP)
def make(request: HttpRequest, asked: PlanIn) -> Status[dict[str, Any]]:
    """422 where there is one for this customer and category."""
    return Status(201, _out(set_silence_plan(actor=_actor(request), **_values(asked))))


@router.put("/silence-plans/{int:plan_id}", response=SilencePlanOut, summary="Write a plan anew")
@scope(*SETTING_UP)
def put(request: HttpRequest, plan_id: int, asked: PlanIn) -> dict[str, Any]:
    """409 if somebody changed it since ``version``."""
    actor = _actor(request)
    return _out(set_silence_plan(actor=actor, plan=_plan(plan_id), version=asked.version, **_values(asked)))


@router.delete("/silence-plans/{int:plan_id}", response={204: None}, summary="Remove a plan")
@scope(*SETTING_UP)
def remove(request: HttpRequest, plan_id: int) -> Status[None]:
    """What it announced does not happen."""
    remove_silence_plan(_plan(plan_id), actor=_actor(request))
    return Status(204, None)


@router.post("/silence-trials", response=TodayOut, summary="What the plans would do today, with this one")
@scope(*SETTING_UP)
def try_plan(request: HttpRequest, asked: PlanIn) -> dict[str, Any]:
    """Nothing is done."""
    actor = _actor(request)
    reminders = due_reminders(plans=plans_with(SilencePlan(**_values(asked))), only_open=False)
    closings = due_closings()
    return {
        "reminders": len(reminders), "closings": len(closings),
        "reminded": _seen([due.ticket.pk for due in reminders], actor),
        "closed": _seen([ticket.pk for ticket in closings], actor),
    }  # fmt: skip


def _seen(keys: list[int], actor: Actor) -> list[int]:
    found = policy.visible_to(actor).filter(pk__in=keys[:500]).order_by("number")
    return list(found.values_list("number", flat=True))
