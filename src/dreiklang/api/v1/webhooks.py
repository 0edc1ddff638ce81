"""Webhooks: which programs are told of what, what became of each call, sending one again, switching off."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from dreiklang.api.doors import caller, scope
from dreiklang.api.paging import PAGE, Cursor, Limit, page_of
from dreiklang.api.shapes import Asked, Line, Page
from dreiklang.channels.webhooks import commands, queries
from dreiklang.channels.webhooks.models import Delivery, Hook
from dreiklang.kernel.errors import NotFound

router = Router(tags=["webhooks"])
MANAGING = ("control.use",)
Events = Annotated[list[Line], Field(max_length=100)]
Address = Annotated[str, Field(max_length=500)]
Words = Annotated[str, Field(max_length=2000)]


class HookIn(Asked):
    """A program to be told. ``conditions`` in the words of the search; empty: every ticket."""

    name: Line
    url: Address
    events: Events
    conditions: Words = ""
    hears_inside: bool = False
    sees_restricted: bool = False
    is_active: bool = True


class HookChange(Asked):
    """What is given changes, the rest stays; ``version`` as it was read. ``is_active`` switches off and on."""

    name: Line | None = None
    url: Address | None = None
    events: Events | None = None
    conditions: Words | None = None
    hears_inside: bool | None = None
    sees_restricted: bool | None = None
    is_active: bool | None = None
    version: int | None = None


class HookOut(Schema):
    """A webhook; its secret is never among it. ``off_because``: the desk itself switched it off."""

    id: int
    name: str
    url: str
    events: list[str]
    conditions: str
    hears_inside: bool
    sees_restricted: bool
    is_active: bool
    off_because: str
    failing_since: datetime | None
    waiting: int
    last_sent_at: datetime | None
    version: int


class SecretOut(HookOut):
    """With the secret that signs, shown this once."""

    secret: str


class DeliveryOut(Schema):
    """A call: ``webhook_id`` stays the same however often it is sent; ``problem`` is a literal."""

    id: int
    webhook_id: str
    event: str
    state: str
    tries: int
    due_at: datetime
    made_at: datetime
    tried_at: datetime | None
    status: int | None
    problem: str
    payload: str


@router.get("/webhooks", response=Page[HookOut], summary="Webhooks")
@scope(*MANAGING)
def list_webhooks(request: HttpRequest, cursor: Cursor = None, limit: Limit = PAGE) -> dict[str, Any]:
    """All of them, with how they are."""
    return page_of(queries.hooks(caller(request)), cursor, _hook, size=limit)


@router.post("/webhooks", response={201: SecretOut}, summary="Add a webhook")
@scope(*MANAGING)
def add_webhook(request: HttpRequest, asked: HookIn) -> Status[dict[str, Any]]:
    """Answers with its secret, which nobody can read again. 422 by field."""
    hook, secret = commands.make_hook(actor=caller(request), **asked.dict())
    return Status(201, {**_hook(_named(request, hook.pk)), "secret": secret})


@router.get("/webhooks/{int:hook_id}", response=HookOut, summary="A webhook")
@scope(*MANAGING)
def get_webhook(request: HttpRequest, hook_id: int) -> dict[str, Any]:
    """How it is set up and how it is."""
    return _hook(_named(request, hook_id))


@router.patch("/webhooks/{int:hook_id}", response=HookOut, summary="Change a webhook, switch it off or on")
@scope(*MANAGING)
def change_webhook(request: HttpRequest, hook_id: int, asked: HookChange) -> dict[str, Any]:
    """Switched on again, what waits is tried at once. 409 if somebody else changed it since ``version``."""
    given = {name: value for name, value in asked.dict(exclude={"version"}).items() if value is not None}
    commands.change_hook(_named(request, hook_id), actor=caller(request), version=asked.version, **given)
    return _hook(_named(request, hook_id))


@router.delete("/webhooks/{int:hook_id}", response={204: None}, summary="Remove a webhook")
@scope(*MANAGING)
def remove_webhook(request: HttpRequest, hook_id: int) -> Status[None]:
    """It is told nothing more, and what it was told is forgotten."""
    commands.remove_hook(_named(request, hook_id), actor=caller(request))
    return Status(204, None)


@router.post("/webhooks/{int:hook_id}/secret", response=SecretOut, summary="A fresh secret")
@scope(*MANAGING)
def fresh_secret(request: HttpRequest, hook_id: int) -> dict[str, Any]:
    """Shown once; for two days the former one signs too."""
    hook, secret = commands.new_secret(_named(request, hook_id), actor=caller(request))
    return {**_hook(_named(request, hook.pk)), "secret": secret}


@router.post("/webhooks/{int:hook_id}/test", response={202: DeliveryOut}, summary="Send a test")
@scope(*MANAGING)
def test_webhook(request: HttpRequest, hook_id: int) -> Status[dict[str, Any]]:
    """On its way; look at the deliveries for what was answered."""
    return Status(202, _delivery(commands.ask_for_test(_named(request, hook_id), actor=caller(request))))


@router.get("/webhooks/{int:hook_id}/deliveries", response=Page[DeliveryOut], summary="What a webhook was told")
@scope(*MANAGING)
def list_deliveries(request: HttpRequest, hook_id: int, cursor: Cursor = None, limit: Limit = PAGE) -> dict[str, Any]:
    """Oldest first, with what waits and what was given up."""
    rows = queries.deliveries(_named(request, hook_id), actor=caller(request))
    return page_of(rows, cursor, _delivery, size=limit)


@router.post(
    "/webhooks/{int:hook_id}/deliveries/{int:delivery_id}/repetition",
    response={202: DeliveryOut}, summary="Send a delivery again",
)  # fmt: skip
@scope(*MANAGING)
def repeat_delivery(request: HttpRequest, hook_id: int, delivery_id: int) -> Status[dict[str, Any]]:
    """Under its old id, so that the other side knows what it has. 409 while the webhook is off."""
    found = queries.deliveries(_named(request, hook_id), actor=caller(request)).filter(pk=delivery_id).first()
    if found is None:
        raise NotFound("There is no such delivery.")
    return Status(202, _delivery(commands.repeat(found, actor=caller(request))))


def _named(request: HttpRequest, hook_id: int) -> Hook:
    found = queries.hooks(caller(request)).filter(pk=hook_id).first()
    if found is None:
        raise NotFound("There is no such webhook.")
    return found


def _hook(hook: Hook) -> dict[str, Any]:
    return {name: getattr(hook, name) for name in HookOut.model_fields}


def _delivery(one: Delivery) -> dict[str, Any]:
    named = {name: getattr(one, name) for name in DeliveryOut.model_fields if name not in ("webhook_id", "event")}
    return {**named, "webhook_id": one.key, "event": one.code}
