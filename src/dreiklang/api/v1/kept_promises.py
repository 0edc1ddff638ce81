"""What became of an agreement's promises in a month, and the hours to be billed: the figures of the contract page."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema

from dreiklang.api.doors import caller, scope
from dreiklang.kernel import clock
from dreiklang.kernel.errors import Invalid, NotFound
from dreiklang.kernel.permissions import Actor
from dreiklang.sla import policy
from dreiklang.sla.models import Agreement
from dreiklang.sla.queries.record import (
    clocks_in,
    hours_by_ticket,
    hours_worked,
    month_around,
    tallies,
    version_on,
)

router = Router(tags=["contracts"])
Month = Annotated[str, Query(pattern=r"^(\d{4}-\d{2})?$", description="such as 2026-11; the present one if left out")]


class KeptPromisesOut(Schema):
    """How a kind of promise fared. ``level`` 0: the customer's; ``open``: not decided yet."""

    metric: str
    level: int
    kept: int
    missed: int
    open: int


class WorkedOut(Schema):
    """The minutes worked on a ticket in the period."""

    number: int
    subject: str
    minutes: Decimal


class BillOut(Schema):
    """Hours worked in the contract's period, by the version in force when it began; ``amount`` null without a rate."""

    first: date
    last: date
    worked: Decimal
    included: Decimal | None
    further: Decimal
    rate: Decimal | None
    amount: Decimal | None
    currency: str
    tickets: list[WorkedOut]


@router.get("/agreements/{int:agreement_id}/kept", response=list[KeptPromisesOut], summary="Promises kept and missed")
@scope("tickets.work", "control.use")
def kept(request: HttpRequest, agreement_id: int, month: Month = "") -> list[KeptPromisesOut]:
    """Of what fell due in a month, on tickets the caller may see."""
    actor = caller(request)
    first, after = month_around(_month(month))
    found = tallies(clocks_in(_agreement(actor, agreement_id), first, after, actor=actor))
    return [KeptPromisesOut(metric=t.metric, level=t.level, kept=t.kept, missed=t.missed, open=t.open) for t in found]


@router.get("/agreements/{int:agreement_id}/bill", response=BillOut, summary="Hours to be billed")
@scope("control.use")
def bill(request: HttpRequest, agreement_id: int, month: Month = "") -> BillOut:
    """Of the period around a month."""
    day = _month(month)
    version = version_on(_agreement(caller(request), agreement_id), day)
    if version is None:
        raise NotFound("There is no such agreement.")
    hours = hours_worked(version, day)
    worked = [WorkedOut(number=n, subject=subject, minutes=m) for n, subject, m in hours_by_ticket(version, hours)]
    return BillOut(
        first=hours.first, last=hours.last, worked=hours.worked, included=hours.included, further=hours.further,
        rate=hours.rate, amount=hours.amount, currency=hours.currency, tickets=worked,
    )  # fmt: skip


def _month(text: str) -> date:
    if not text:
        return timezone.localdate(clock.now()).replace(day=1)
    try:
        day = date.fromisoformat(f"{text}-01")
    except ValueError:
        day = date.min
    if not 1970 <= day.year <= 9000:
        raise Invalid({"month": ["Not a month such as 2026-11."]})
    return day


def _agreement(actor: Actor, agreement_id: int) -> Agreement:
    found = policy.visible_to(actor).filter(pk=agreement_id).first()
    if found is None:
        raise NotFound("There is no such agreement.")
    return found
