"""Own fields: which the desk has, and what stands in them on a ticket."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from dreiklang.api.doors import SETTING_UP, WORKING, caller, scope
from dreiklang.api.paging import PAGE, Cursor, Limit, page_of
from dreiklang.api.shapes import Asked, Page
from dreiklang.api.v1.tickets import category_for
from dreiklang.api.v1.together import inside
from dreiklang.kernel.errors import NotFound
from dreiklang.kernel.permissions import Actor
from dreiklang.tickets import policy
from dreiklang.tickets.commands.own_fields import change_field, delete_field, keep_values, make_field, restore_field
from dreiklang.tickets.models import OwnField
from dreiklang.tickets.queries.own_fields import fields_for, values_of

router = Router(tags=["fields"])
Text = Annotated[str, Field(max_length=2000)]


class FieldOut(Schema):
    """An own field of the desk."""

    key: str
    version: int
    kind: str
    labels: dict[str, str]
    choices: list[str]
    is_deleted: bool


class ValuesOut(Schema):
    """What stands in the own fields of a ticket: key → words."""

    values: dict[str, str]


class ValuesIn(Asked):
    """Key → text, or texts for several choices; an empty text empties the field. ``version``: of the ticket read."""

    values: dict[str, Text | list[Text]]
    version: int | None = None


class FieldIn(Asked):
    """A new field. Its kind is set once."""

    kind: Literal["text", "number", "date", "yes_no", "choice", "choices", "person"]
    labels: dict[Literal["de", "en"], Annotated[str, Field(max_length=100)]]
    hints: dict[Literal["de", "en"], Annotated[str, Field(max_length=200)]] = {}
    choices: Annotated[list[Annotated[str, Field(max_length=100)]], Field(max_length=50)] = []
    ticket_kinds: Annotated[list[Annotated[str, Field(max_length=20)]], Field(max_length=10)] = []
    category: Annotated[str, Field(max_length=100)] | None = None
    audience: Literal["house", "working"] = "house"
    position: Annotated[int, Field(ge=0, le=9999)] = 0


class FieldChange(Asked):
    """What may be changed; what is left out stays."""

    labels: dict[Literal["de", "en"], Annotated[str, Field(max_length=100)]] | None = None
    hints: dict[Literal["de", "en"], Annotated[str, Field(max_length=200)]] | None = None
    choices: Annotated[list[Annotated[str, Field(max_length=100)]], Field(max_length=50)] | None = None
    ticket_kinds: Annotated[list[Annotated[str, Field(max_length=20)]], Field(max_length=10)] | None = None
    category: Annotated[str, Field(max_length=100)] | None = None
    audience: Literal["house", "working"] | None = None
    position: Annotated[int, Field(ge=0, le=9999)] | None = None
    version: int | None = None


def _out(one: OwnField) -> FieldOut:
    return FieldOut(
        key=one.key, version=one.version, kind=one.kind, labels=one.labels, choices=one.choices,
        is_deleted=one.deleted_at is not None,
    )  # fmt: skip


def _field(request: HttpRequest, key: str) -> tuple[OwnField, Actor]:
    actor = caller(request)
    found = fields_for(actor).filter(key=key).first()
    if found is None or not policy.may_set_up(actor):
        raise NotFound("There is no such field.")
    return found, actor


@router.get("/fields", response=Page[FieldOut], summary="The desk's own fields")
@scope(*WORKING, *SETTING_UP)
def list_fields(request: HttpRequest, cursor: Cursor = None, limit: Limit = PAGE) -> dict[str, Any]:
    """Those the caller may know of; deleted ones too, since views may still ask for them."""
    return page_of(fields_for(caller(request)), cursor, _out, size=limit)


@router.get("/tickets/{int:number}/fields", response=ValuesOut, summary="What stands in a ticket's own fields")
@scope(*WORKING)
def get_values(request: HttpRequest, number: int) -> ValuesOut:
    """By key, as words."""
    ticket, actor = inside(request, number)
    return ValuesOut(values=values_of([ticket.pk], actor=actor).get(ticket.pk, {}))


@router.put("/tickets/{int:number}/fields", response=ValuesOut, summary="Write into a ticket's own fields")
@scope(*WORKING)
def put_values(request: HttpRequest, number: int, asked: ValuesIn) -> ValuesOut:
    """What is left out stays. 422 at ``field-<key>`` for what a field cannot take."""
    ticket, actor = inside(request, number)
    keep_values(ticket, actor=actor, values=asked.values, version=asked.version)
    return ValuesOut(values=values_of([ticket.pk], actor=actor).get(ticket.pk, {}))


@router.post("/fields", response={201: FieldOut}, summary="Add an own field")
@scope(*SETTING_UP)
def make(request: HttpRequest, asked: FieldIn) -> Status[FieldOut]:
    """Its key is made of its name."""
    given = asked.dict(exclude={"kind", "labels", "category"})
    made = make_field(
        actor=caller(request), kind=asked.kind, labels=dict(asked.labels.items()),
        category=category_for(asked.category), **given,
    )  # fmt: skip
    return Status(201, _out(made))


@router.patch("/fields/{key}", response=FieldOut, summary="Change an own field")
@scope(*SETTING_UP)
def change(request: HttpRequest, key: str, asked: FieldChange) -> FieldOut:
    """409 if somebody else did since ``version``; choices that tickets bear stay."""
    field, actor = _field(request, key)
    given = asked.dict(exclude_none=True, exclude={"version", "category"})
    if asked.category is not None:
        given["category"] = category_for(asked.category) if asked.category else None
    return _out(change_field(field, actor=actor, version=asked.version, **given))


@router.delete("/fields/{key}", response=FieldOut, summary="Ask for a field no more")
@scope(*SETTING_UP)
def delete(request: HttpRequest, key: str) -> FieldOut:
    """What was written into it stays readable."""
    field, actor = _field(request, key)
    return _out(delete_field(field, actor=actor))


@router.post("/fields/{key}/return", response=FieldOut, summary="Ask for a deleted field again")
@scope(*SETTING_UP)
def bring_back(request: HttpRequest, key: str) -> FieldOut:
    """As it was."""
    field, actor = _field(request, key)
    return _out(restore_field(field, actor=actor))
