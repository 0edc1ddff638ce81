"""Recurring tickets: series, their next times, and what has come."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from dreiklang.api.doors import SETTING_UP, caller, scope
from dreiklang.api.shapes import Asked, Scale
from dreiklang.api.v1.tickets import Kind, category_for
from dreiklang.calendars.models import ServiceCalendar
from dreiklang.kernel import clock
from dreiklang.kernel.errors import Invalid, NotFound
from dreiklang.kernel.permissions import Actor, require
from dreiklang.organizations.models import Person
from dreiklang.teams.models import Team
from dreiklang.tickets import policy
from dreiklang.tickets.commands.recurring import remove_series, set_series
from dreiklang.tickets.models import Series
from dreiklang.tickets.queries.recurring import next_times

router = Router(tags=["recurring tickets"])


class SeriesIn(Asked):
    """A series as it shall be: what the ticket says, and when it comes. ``month_day`` and ``nth``: -1 is the last."""

    requester_id: int
    subject: Annotated[str, Field(max_length=290)]
    text: Annotated[str, Field(max_length=20_000)]
    kind: Kind = "request"
    category: Annotated[str, Field(max_length=100)] | None = None
    team_id: int | None = None
    impact: Scale = 3
    urgency: Scale = 3
    every: Literal["day", "week", "month", "year"] = "month"
    interval: Annotated[int, Field(ge=1, le=99)] = 1
    weekdays: Annotated[list[Annotated[int, Field(ge=0, le=6)]], Field(max_length=7)] = []
    month_day: Annotated[int, Field(ge=-1, le=31)] = 0
    nth: Annotated[int, Field(ge=-1, le=4)] = 0
    starts_on: date
    ends_on: date | None = None
    at_time: time = time(7)
    shift: Literal["none", "later", "earlier", "skip"] = "later"
    calendar_id: int | None = None
    is_active: bool = True
    version: int | None = None


class SeriesOut(Schema):
    """A series as it stands. ``problem``: why the last ticket could not be opened."""

    id: int
    version: int
    requester_id: int
    subject: str
    text: str
    kind: str
    category: str | None
    team_id: int | None
    impact: int
    urgency: int
    every: str
    interval: int
    weekdays: list[int]
    month_day: int
    nth: int
    starts_on: date
    ends_on: date | None
    at_time: time
    shift: str
    calendar_id: int | None
    is_active: bool
    next_at: datetime | None
    problem: str


class TimeOut(Schema):
    """A time to come; ``at`` differs from ``planned_on`` where a closed day was minded."""

    planned_on: date
    at: datetime


def _out(series: Series) -> dict[str, Any]:
    names = set(SeriesOut.model_fields) - {"category"}
    category = series.category.key if series.category else None
    return {**{name: getattr(series, name) for name in names}, "category": category}


def _row(model: Any, key: int | None, field: str) -> Any:
    if key is None:
        return None
    found = model.objects.filter(pk=key).first()
    if found is None:
        raise Invalid({field: ["There is no such row."]})
    return found


def _values(asked: SeriesIn) -> dict[str, Any]:
    given = asked.dict(exclude={"requester_id", "team_id", "calendar_id", "category", "version"})
    return {
        **given, "requester": _row(Person, asked.requester_id, "requester_id"),
        "team": _row(Team, asked.team_id, "team_id"), "category": category_for(asked.category),
        "calendar": _row(ServiceCalendar, asked.calendar_id, "calendar_id"),
    }  # fmt: skip


def _actor(request: HttpRequest) -> Actor:
    actor = caller(request)
    require(policy.may_set_up(actor))
    return actor


def _series(series_id: int) -> Series:
    found = Series.objects.select_related("category", "calendar").filter(pk=series_id).first()
    if found is None:
        raise NotFound("There is no such series.")
    return found


@router.get("/series", response=list[SeriesOut], summary="Recurring tickets")
@scope(*SETTING_UP)
def list_series(request: HttpRequest) -> list[dict[str, Any]]:
    """The newest first, at most 500."""
    _actor(request)
    return [_out(one) for one in Series.objects.select_related("category").order_by("-pk")[:500]]


@router.post("/series", response={201: SeriesOut}, summary="Make a series")
@scope(*SETTING_UP)
def make(request: HttpRequest, asked: SeriesIn) -> Status[dict[str, Any]]:
    """Its next time is counted from now."""
    return Status(201, _out(set_series(actor=_actor(request), **_values(asked))))


@router.get("/series/{int:series_id}", response=SeriesOut, summary="One series")
@scope(*SETTING_UP)
def get(request: HttpRequest, series_id: int) -> dict[str, Any]:
    """As it stands now."""
    _actor(request)
    return _out(_series(series_id))


@router.put("/series/{int:series_id}", response=SeriesOut, summary="Write a series anew")
@scope(*SETTING_UP)
def put(request: HttpRequest, series_id: int, asked: SeriesIn) -> dict[str, Any]:
    """409 if somebody changed it since ``version``; pause it by ``is_active``."""
    actor = _actor(request)
    return _out(set_series(actor=actor, series=_series(series_id), version=asked.version, **_values(asked)))


@router.delete("/series/{int:series_id}", response={204: None}, summary="Remove a series")
@scope(*SETTING_UP)
def remove(request: HttpRequest, series_id: int) -> Status[None]:
    """Its tickets stay."""
    actor = _actor(request)
    remove_series(_series(series_id), actor=actor)
    return Status(204, None)


@router.get("/series/{int:series_id}/times", response=list[TimeOut], summary="When a series comes next")
@scope(*SETTING_UP)
def times(request: HttpRequest, series_id: int) -> list[dict[str, Any]]:
    """The next five times, closed days minded."""
    _actor(request)
    return [{"planned_on": one.planned_on, "at": one.at} for one in next_times(_series(series_id), clock.now())]
