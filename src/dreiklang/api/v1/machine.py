"""Texts of the language model for a ticket: what would leave, asked for, read, thrown away. Off by default."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema, Status

from dreiklang.api.doors import WORKING, scope
from dreiklang.api.shapes import Asked
from dreiklang.api.v1.tickets import ticket_for
from dreiklang.assistance import policy
from dreiklang.assistance.commands import machine
from dreiklang.assistance.models import MachineText
from dreiklang.assistance.queries.machine import tasks_on, text_of, texts_of, would_leave
from dreiklang.kernel.errors import NotFound

router = Router(tags=["machine texts"])
Task = Literal["summary", "draft", "translation"]


class MachineTextOut(Schema):
    """A text; ``ready``: machine-made, until a person takes it over at the desk."""

    id: int
    task: str
    state: str
    language: str
    text: str
    problem: str
    asked_at: datetime


class AskedFor(Asked):
    """Which text."""

    task: Task


class LeavingOut(Schema):
    """What would leave, filtered, message by message."""

    messages: list[dict[str, str]]


def _shown(one: MachineText) -> dict[str, Any]:
    return {name: getattr(one, name) for name in MachineTextOut.model_fields}


@router.get("/tickets/{int:number}/machine-texts", response=list[MachineTextOut], summary="Texts of the language model")
@scope(*WORKING)
def listed(request: HttpRequest, number: int) -> list[dict[str, Any]]:
    """Those that nobody has decided about yet, the newest first."""
    ticket, actor = ticket_for(request, number)
    return [_shown(one) for one in texts_of(ticket, actor=actor)]


@router.get("/tickets/{int:number}/machine-texts/leaving/{task}", response=LeavingOut, summary="What would leave")
@scope(*WORKING)
def leaving(request: HttpRequest, number: int, task: Task) -> dict[str, Any]:
    """Nothing is sent by this. 404 where it is switched off."""
    ticket, actor = ticket_for(request, number)
    if task not in tasks_on() or not policy.may_ask_machine(actor, ticket):
        raise NotFound("This is switched off.")
    return {"messages": would_leave(ticket, task, actor=actor)[0]}


@router.post("/tickets/{int:number}/machine-texts", response={202: MachineTextOut}, summary="Ask for a text")
@scope(*WORKING)
def ask(request: HttpRequest, number: int, asked: AskedFor) -> Status[dict[str, Any]]:
    """It is written in the background. 409 where it is switched off or asked for already."""
    ticket, actor = ticket_for(request, number)
    return Status(202, _shown(machine.ask_for(ticket, asked.task, actor=actor)))


@router.delete(
    "/tickets/{int:number}/machine-texts/{int:text_id}", response=MachineTextOut, summary="Throw a text away"
)
@scope(*WORKING)
def discard(request: HttpRequest, number: int, text_id: int) -> dict[str, Any]:
    """Whether it came or not."""
    ticket, actor = ticket_for(request, number)
    return _shown(machine.discard_text(text_of(ticket, text_id, actor=actor), actor=actor))
