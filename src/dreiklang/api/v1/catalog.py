"""The service catalogue: what is offered, ordering it, orders and how far they are."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from dreiklang.api.doors import READING, caller, scope
from dreiklang.api.paging import PAGE, Cursor, Limit, page_of
from dreiklang.api.shapes import Asked, Page
from dreiklang.catalog import policy, queries
from dreiklang.catalog.commands import cancel, order
from dreiklang.catalog.models import EntryVersion, Request
from dreiklang.kernel.errors import NotFound
from dreiklang.kernel.permissions import Actor
from dreiklang.organizations import queries as people

router = Router(tags=["catalog"])


class CatalogEntryOut(Schema):
    """What can be ordered. ``form`` is a JSON Schema (draft 2020-12) of the answers; ``version`` names it."""

    id: int
    key: str
    group: str
    version: int
    names: dict[str, str]
    hints: dict[str, str]
    form: dict[str, Any]


class CatalogOrderIn(Asked):
    """An order. ``person_id``: for whom, else for the caller; ``version``: the form that was filled in."""

    answers: dict[Annotated[str, Field(max_length=40)], Any]
    version: Annotated[int, Field(ge=1, lt=2**31)] | None = None
    person_id: Annotated[int, Field(ge=1, lt=2**62)] | None = None


class CatalogOrderOut(Schema):
    """An order: *asked*, *running*, *done*, *refused* or *cancelled*."""

    id: int
    entry: str
    version: int
    ticket: int
    requester_id: int
    ordered_by_id: int | None
    state: str
    answers: dict[str, Any]
    cost: Decimal | None
    made_at: datetime
    settled_at: datetime | None


def _entry(one: EntryVersion) -> dict[str, Any]:
    entry = one.entry
    return {
        "id": entry.pk, "key": entry.key, "group": entry.group, "version": one.number, "names": one.names,
        "hints": one.hints, "form": one.form,
    }  # fmt: skip


def _order(one: Request) -> dict[str, Any]:
    told = {name: getattr(one, name) for name in ("state", "answers", "cost", "made_at", "settled_at")}
    return {
        **told, "id": one.pk, "entry": one.version.entry.key, "version": one.version.number,
        "ticket": one.ticket.number, "requester_id": one.ticket.requester_id, "ordered_by_id": one.ordered_by_id,
    }  # fmt: skip


@router.get("/catalog", response=Page[CatalogEntryOut], summary="What the caller can order")
@scope(*READING)
def list_entries(request: HttpRequest, cursor: Cursor = None, limit: Limit = PAGE) -> dict[str, Any]:
    """As it is offered now."""
    return page_of(queries.offered_to(caller(request)), cursor, _entry, size=limit)


@router.get("/catalog/{slug:key}", response=CatalogEntryOut, summary="One entry with its form")
@scope(*READING)
def get_entry(request: HttpRequest, key: str) -> dict[str, Any]:
    """As it is offered now."""
    return _entry(queries.entry_by(key, actor=caller(request)))


@router.post("/catalog/{slug:key}/orders", response={201: CatalogOrderOut}, summary="Order it")
@scope(*READING)
def make_order(request: HttpRequest, key: str, asked: CatalogOrderIn) -> Status[dict[str, Any]]:
    """A ticket comes into being. 409 where the form was changed since ``version``."""
    actor = caller(request)
    version = queries.entry_by(key, actor=actor)
    requester = people.person(asked.person_id or actor.person_id, actor=actor)
    made = order(
        version.entry, actor=actor, requester=requester, answers=asked.answers, number=asked.version, channel="api"
    )
    return Status(201, _order(_own(made.pk, actor)))


@router.get("/orders", response=Page[CatalogOrderOut], summary="Orders the caller may see")
@scope(*READING)
def list_orders(request: HttpRequest, cursor: Cursor = None, limit: Limit = PAGE) -> dict[str, Any]:
    """As far as their tickets may be seen."""
    found = policy.requests_visible_to(caller(request)).select_related("version__entry", "ticket")
    return page_of(found, cursor, _order, size=limit)


@router.get("/orders/{int:order_id}", response=CatalogOrderOut, summary="One order")
@scope(*READING)
def get_order(request: HttpRequest, order_id: int) -> dict[str, Any]:
    """As it stands now."""
    return _order(_own(order_id, caller(request)))


@router.delete("/orders/{int:order_id}", response=CatalogOrderOut, summary="Take an order back")
@scope(*READING)
def cancel_order(request: HttpRequest, order_id: int) -> dict[str, Any]:
    """Nobody is asked any more, and what was not done need not be done."""
    actor = caller(request)
    cancel(_own(order_id, actor), actor=actor)
    return _order(_own(order_id, actor))


def _own(order_id: int, actor: Actor) -> Request:
    found = policy.requests_visible_to(actor).select_related("version__entry", "ticket").filter(pk=order_id).first()
    if found is None:
        raise NotFound(code="no_order")
    return found
