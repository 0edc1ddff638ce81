"""Calendars and agreements made and changed: the same drafts, faults and versions as on the screens."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from dreiklang.api.doors import caller, scope
from dreiklang.api.shapes import Asked, Line
from dreiklang.api.v1.promises import AgreementOut, agreement_out
from dreiklang.assets.models import ConfigurationItem
from dreiklang.calendars import commands as calendars
from dreiklang.calendars import policy as calendar_policy
from dreiklang.calendars.models import ServiceCalendar
from dreiklang.calendars.rules import BadCalendar
from dreiklang.kernel.errors import Invalid, NotFound
from dreiklang.kernel.permissions import Actor
from dreiklang.organizations.models import Organization
from dreiklang.sla import policy
from dreiklang.sla.commands import agreements as commands
from dreiklang.sla.models import Agreement, AgreementVersion
from dreiklang.sla.queries.drafting import Draft
from dreiklang.sla.queries.effects import effect_of
from dreiklang.teams.models import Team
from dreiklang.tickets.models import Category

router = Router(tags=["contracts"])
MANAGING = ("control.use",)
Row = TypeVar("Row", bound=Model)
Id = Annotated[int, Field(ge=1, lt=2**62)]
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


class DraftIn(Asked):
    """What an agreement says; the shapes of ``targets``, ``shares`` and ``ladder`` are those of the answers."""

    calendar_id: Id
    targets: Annotated[list[dict[str, Any]], Field(max_length=100)] = []
    pauses: Annotated[list[Line], Field(max_length=10)] = []
    shares: Annotated[list[dict[str, Any]], Field(max_length=4)] = []
    warn_percent: int = 75
    categories: Annotated[list[Id], Field(max_length=500)] = []
    services: Annotated[list[Id], Field(max_length=500)] = []
    levels: Annotated[list[int], Field(max_length=4)] = []
    external_levels: Annotated[list[int], Field(max_length=4)] = []
    contingent_hours: Annotated[Decimal, Field(max_digits=8, decimal_places=2)] | None = None
    contingent_period: Line = "month"
    hourly_rate: Annotated[Decimal, Field(max_digits=8, decimal_places=2)] | None = None
    currency: Annotated[str, Field(max_length=3)] = "EUR"
    ladder: Annotated[list[dict[str, Any]], Field(max_length=20)] = []


class AgreementIn(Asked):
    """A new agreement with its first version."""

    name: Line
    kind: Line = "sla"
    organization_id: Id | None = None
    level: int | None = None
    team_id: Id | None = None
    from_date: date | None = None
    last_date: date | None = None
    is_template: bool = False
    reference: Annotated[str, Field(max_length=100)] = ""
    contacts: Annotated[str, Field(max_length=5000)] = ""
    says: DraftIn


class RevisionIn(Asked):
    """Another version from a day on; ``version`` of the agreement as it was read."""

    from_date: date
    says: DraftIn
    version: int | None = None


class CorrectionIn(Asked):
    """What a version says instead, while nothing was promised under it."""

    says: DraftIn


class EndIn(Asked):
    """The last day; null takes an end back."""

    last_date: date | None


@router.get("/calendars", response=list[CalendarOut], summary="Calendars")
@scope(*MANAGING)
def list_calendars(request: HttpRequest) -> list[ServiceCalendar]:
    """Those the caller may know of."""
    return list(_calendars(caller(request)))


@router.post("/calendars", response={201: CalendarOut}, summary="Add a calendar")
@scope(*MANAGING)
def add_calendar(request: HttpRequest, asked: CalendarIn) -> Status[ServiceCalendar]:
    """422 by field for what is no calendar."""
    return Status(201, calendars.add_calendar(actor=caller(request), **asked.dict()))


@router.patch("/calendars/{int:calendar_id}", response=CalendarOut, summary="Change a calendar")
@scope(*MANAGING)
def change_calendar(request: HttpRequest, calendar_id: int, asked: CalendarChange) -> ServiceCalendar:
    """Holds from now on; ask for the effect first to know which running promises that moves."""
    actor = caller(request)
    return calendars.change_calendar(_named(_calendars(actor), calendar_id), actor=actor, **asked.dict())


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


@router.get("/agreements", response=list[AgreementOut], summary="Agreements")
@scope("tickets.work", "control.use")
def agreements(request: HttpRequest) -> list[AgreementOut]:
    """The agreements the caller may know of, with all their versions."""
    covered = ("versions__calendar", "versions__categories", "versions__services")
    found = policy.visible_to(caller(request)).prefetch_related(*covered)
    return [agreement_out(agreement) for agreement in found]


@router.post("/agreements", response={201: AgreementOut}, summary="Make an agreement")
@scope(*MANAGING)
def make_agreement(request: HttpRequest, asked: AgreementIn) -> Status[AgreementOut]:
    """With its first version. 422 by field, as in the editor."""
    actor = caller(request)
    given = asked.dict(exclude={"says", "organization_id", "team_id"})
    made = commands.make_agreement(
        actor=actor, draft=_draft(asked.says), organization=_of(Organization, asked.organization_id, "organization"),
        team=_of(Team, asked.team_id, "team"), **given,
    )  # fmt: skip
    return Status(201, agreement_out(made))


@router.post("/agreements/{int:agreement_id}/versions", response={201: AgreementOut}, summary="Revise an agreement")
@scope(*MANAGING)
def revise(request: HttpRequest, agreement_id: int, asked: RevisionIn) -> Status[AgreementOut]:
    """Holds for tickets opened from that day on; what was promised stays."""
    actor, agreement = _agreement(request, agreement_id)
    draft = _draft(asked.says)
    commands.revise(agreement, actor=actor, draft=draft, from_date=asked.from_date, version=asked.version)
    return Status(201, agreement_out(agreement))


@router.put("/agreements/{int:agreement_id}/versions/{int:number}", response=AgreementOut, summary="Correct a version")
@scope(*MANAGING)
def correct(request: HttpRequest, agreement_id: int, number: int, asked: CorrectionIn) -> AgreementOut:
    """While nothing was promised under it; 409 afterwards."""
    actor, agreement = _agreement(request, agreement_id)
    commands.correct(_version(agreement, number), actor=actor, draft=_draft(asked.says))
    return agreement_out(agreement)


@router.delete(
    "/agreements/{int:agreement_id}/versions/{int:number}", response={204: None}, summary="Take a version back"
)
@scope(*MANAGING)
def drop(request: HttpRequest, agreement_id: int, number: int) -> Status[None]:
    """While nothing was promised under it; with its only version the agreement goes."""
    actor, agreement = _agreement(request, agreement_id)
    commands.drop_version(_version(agreement, number), actor=actor)
    return Status(204, None)


@router.put("/agreements/{int:agreement_id}/end", response=AgreementOut, summary="End an agreement")
@scope(*MANAGING)
def end(request: HttpRequest, agreement_id: int, asked: EndIn) -> AgreementOut:
    """After a day, or (null) not at all."""
    actor, agreement = _agreement(request, agreement_id)
    return agreement_out(commands.end_agreement(agreement, actor=actor, last_date=asked.last_date))


def _calendars(actor: Actor) -> QuerySet[ServiceCalendar]:
    return calendar_policy.visible_to(actor)


def _named(rows: QuerySet[ServiceCalendar], calendar_id: int) -> ServiceCalendar:
    found = rows.filter(pk=calendar_id).first()
    if found is None:
        raise NotFound("There is no such calendar.")
    return found


def _agreement(request: HttpRequest, agreement_id: int) -> tuple[Actor, Agreement]:
    actor = caller(request)
    found = policy.visible_to(actor).filter(pk=agreement_id).first()
    if found is None:
        raise NotFound("There is no such agreement.")
    return actor, found


def _version(agreement: Agreement, number: int) -> AgreementVersion:
    found = agreement.versions.filter(number=number).first()
    if found is None:
        raise NotFound("There is no such version.")
    return found


def _draft(says: DraftIn) -> Draft:
    calendar = _of(ServiceCalendar, says.calendar_id, "calendar")
    assert calendar is not None
    covered: dict[str, Any] = {
        "categories": _all_of(Category, says.categories, "categories"),
        "services": _all_of(ConfigurationItem, says.services, "services"),
    }
    return Draft(calendar=calendar, **covered, **says.dict(exclude={"calendar_id", *covered}))


def _of(model: type[Row], key: int | None, field: str) -> Row | None:
    return None if key is None else _all_of(model, [key], field)[0]


def _all_of(model: type[Row], keys: list[int], field: str) -> list[Row]:
    rows: QuerySet[Row] = model._default_manager.filter(pk__in=keys)
    found = list(rows)
    if missing := set(keys) - {row.pk for row in found}:
        raise Invalid({field: [f"There is none with the id {min(missing)}."]})
    return found
