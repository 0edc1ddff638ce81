"""Own fields: which the desk has, and what stands in them on a ticket."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from dreiklang.api.doors import WORKING, caller, scope
from dreiklang.api.shapes import Asked
from dreiklang.api.v1.together import inside
from dreiklang.tickets.commands.own_fields import keep_values
from dreiklang.tickets.queries.own_fields import fields_for, values_of

router = Router(tags=["fields"])
Text = Annotated[str, Field(max_length=2000)]


class FieldOut(Schema):
    """An own field of the desk."""

    key: str
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


@router.get("/fields", response=list[FieldOut], summary="The desk's own fields")
@scope(*WORKING)
def list_fields(request: HttpRequest) -> list[FieldOut]:
    """Those the caller may know of; deleted ones too, since views may still ask for them."""
    return [
        FieldOut(
            key=one.key, kind=one.kind, labels=one.labels, choices=one.choices, is_deleted=one.deleted_at is not None
        )
        for one in fields_for(caller(request))
    ]


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
