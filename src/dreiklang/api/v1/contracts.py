"""Agreements made, tailored and changed: the same drafts, faults and versions as on the screens."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from ninja import Router, Status
from pydantic import Field

from dreiklang.api.doors import caller, scope
from dreiklang.api.paging import PAGE, Cursor, Limit, page_of
from dreiklang.api.shapes import Asked, Line, Page
from dreiklang.api.v1.promises import AgreementOut, agreement_out
from dreiklang.assets.models import ConfigurationItem
from dreiklang.calendars.models import ServiceCalendar
from dreiklang.kernel.errors import Invalid, NotFound
from dreiklang.kernel.permissions import Actor
from dreiklang.organizations.models import Organization
from dreiklang.sla import policy
from dreiklang.sla.commands import agreements as commands
from dreiklang.sla.models import Agreement, AgreementVersion
from dreiklang.sla.queries.drafting import Draft
from dreiklang.teams.models import Team
from dreiklang.tickets.models import Category

router = Router(tags=["contracts"])
MANAGING = ("control.use",)
Row = TypeVar("Row", bound=Model)
Id = Annotated[int, Field(ge=1, lt=2**62)]
Week = Annotated[dict[str, Any], Field(max_length=7)]


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


class TailoredIn(Asked):
    """For whom an agreement is copied, and from which day the copy holds (default: today)."""

    name: Line
    organization_id: Id
    from_date: date | None = None


class RenamedIn(Asked):
    """What is given changes; ``version`` as it was read."""

    name: Line | None = None
    reference: Annotated[str, Field(max_length=100)] | None = None
    contacts: Annotated[str, Field(max_length=5000)] | None = None
    version: int | None = None


class EndIn(Asked):
    """The last day; null takes an end back."""

    last_date: date | None


@router.get("/agreements", response=Page[AgreementOut], summary="Agreements")
@scope("tickets.work", "control.use")
def agreements(request: HttpRequest, cursor: Cursor = None, limit: Limit = PAGE) -> dict[str, Any]:
    """The agreements the caller may know of, with all their versions."""
    covered = ("versions__calendar", "versions__categories", "versions__services")
    found = policy.visible_to(caller(request)).prefetch_related(*covered)
    return page_of(found, cursor, agreement_out, size=limit)


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


@router.post(
    "/agreements/{int:agreement_id}/copies", response={201: AgreementOut}, summary="Tailor an agreement for somebody"
)
@scope(*MANAGING)
def tailor(request: HttpRequest, agreement_id: int, asked: TailoredIn) -> Status[AgreementOut]:
    """What it (a template, say) says now, for a customer or vendor; the copy goes its own way afterwards."""
    actor, agreement = _agreement(request, agreement_id)
    organization = _of(Organization, asked.organization_id, "organization")
    assert organization is not None
    made = commands.tailor(
        agreement, actor=actor, name=asked.name, organization=organization, from_date=asked.from_date
    )
    return Status(201, agreement_out(made))


@router.patch("/agreements/{int:agreement_id}", response=AgreementOut, summary="Rename an agreement")
@scope(*MANAGING)
def rename(request: HttpRequest, agreement_id: int, asked: RenamedIn) -> AgreementOut:
    """Its name, contract number and the ways to reach the other side; what is left out stays."""
    actor, agreement = _agreement(request, agreement_id)
    names = ("name", "reference", "contacts")
    said = {name: getattr(agreement if getattr(asked, name) is None else asked, name) for name in names}
    return agreement_out(commands.rename(agreement, actor=actor, version=asked.version, **said))


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
