"""Promises of tickets, and the agreements they come from."""

from __future__ import annotations

from datetime import date, datetime

from django.http import HttpRequest
from ninja import Router, Schema

from dreiklang.api.doors import caller, scope
from dreiklang.api.shapes import Page
from dreiklang.kernel.errors import NotFound
from dreiklang.sla.models import Agreement, AgreementVersion
from dreiklang.sla.queries.standing import explained
from dreiklang.tickets import policy as tickets

router = Router(tags=["promises"])


class PromiseStepOut(Schema):
    """What a clock counted (with ``until`` and ``seconds``) or heard."""

    at: datetime
    until: datetime | None
    what: str
    seconds: float
    said: str


class PromiseOut(Schema):
    """A clock: a promise on a ticket. ``level`` is null for the customer's promise, else whose share it is."""

    metric: str
    level: int | None
    round: int
    state: str
    started_at: datetime
    due_at: datetime
    target_seconds: float
    used_seconds: float
    paused_seconds: float
    met_at: datetime | None
    breached_at: datetime | None
    charged_level: int | None
    why: list[PromiseStepOut]


class PromisedVersionOut(Schema):
    """An agreement as it holds in some days; ``until_date`` is the first day on which it does not."""

    number: int
    from_date: date
    until_date: date | None
    calendar: str
    categories: list[int]
    services: list[int]
    warn_percent: int
    levels: list[int]
    external_levels: list[int]
    ladder: list[dict[str, object]]
    targets: list[dict[str, object]]
    pauses: list[str]
    shares: list[dict[str, object]]


class AgreementOut(Schema):
    """An agreement with its versions."""

    id: int
    kind: str
    name: str
    organization_id: int | None
    reference: str
    contacts: str
    level: int | None
    team_id: int | None
    is_template: bool
    origin_id: int | None
    version: int
    versions: list[PromisedVersionOut]


@router.get("/tickets/{int:number}/promises", response=Page[PromiseOut], summary="Promises of a ticket")
@scope("tickets.work")
def promises(request: HttpRequest, number: int) -> list[PromiseOut]:
    """The clocks of a ticket that the caller may see, measured now, each with its reasons."""
    actor = caller(request)
    ticket = tickets.visible_to(actor).filter(number=number).first()
    if ticket is None:
        raise NotFound
    return [
        PromiseOut(
            metric=c.metric, level=c.level, round=c.round, state=c.state, started_at=c.started_at, due_at=c.due_at,
            target_seconds=c.target_seconds, used_seconds=c.used_seconds, paused_seconds=c.paused_seconds,
            met_at=c.met_at, breached_at=c.breached_at, charged_level=c.charged_level,
            why=[PromiseStepOut(**step._asdict()) for step in c.why],
        )
        for c in explained(ticket, actor=actor).clocks
    ]  # fmt: skip


def agreement_out(agreement: Agreement) -> AgreementOut:
    """An agreement with its versions as they stand."""
    return AgreementOut(
        id=agreement.pk, kind=agreement.kind, name=agreement.name, organization_id=agreement.organization_id,
        reference=agreement.reference, contacts=agreement.contacts, level=agreement.level, team_id=agreement.team_id,
        is_template=agreement.is_template, origin_id=agreement.origin_id, version=agreement.version,
        versions=[_version(version) for version in agreement.versions.all()],
    )  # fmt: skip


def _version(version: AgreementVersion) -> PromisedVersionOut:
    return PromisedVersionOut(
        number=version.number, from_date=version.validity.lower, until_date=version.validity.upper,
        calendar=version.calendar.name,
        categories=[row.pk for row in version.categories.all()], services=[row.pk for row in version.services.all()],
        warn_percent=version.warn_percent, levels=version.levels, external_levels=version.external_levels,
        ladder=version.ladder, targets=version.targets, pauses=version.pauses, shares=version.shares,
    )  # fmt: skip
