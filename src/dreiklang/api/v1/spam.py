"""Spam: blocked senders, the review of what is held, and calling a ticket so."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from dreiklang.api.doors import caller, scope
from dreiklang.api.shapes import Asked, Page
from dreiklang.api.v1.together import inside
from dreiklang.channels.gate import policy, queries
from dreiklang.channels.gate.blocking import blocked_senders
from dreiklang.channels.gate.commands import block_sender, call_spam, dismiss_held, not_spam, unblock_sender
from dreiklang.channels.models import BlockedSender, Held
from dreiklang.kernel.errors import Invalid, NotFound
from dreiklang.kernel.permissions import require

router = Router(tags=["spam"])
PAGE = 50
REVIEWING = ("tickets.work", "gate.work")


class SenderOut(Schema):
    """Who is blocked, why and until when."""

    id: int
    pattern: str
    reason: str
    since_at: datetime
    until_at: datetime | None
    ended_at: datetime | None
    by_id: int | None


class SenderIn(Asked):
    """An address, or ``@domain`` with all below it."""

    pattern: Annotated[str, Field(max_length=254)]
    reason: Annotated[str, Field(max_length=200)] = ""
    until: datetime | None = None


class HeldOut(Schema):
    """A mail that was held as spam, or called so. ``settlement`` empty: it waits for a look."""

    id: int
    sender_address: str
    sender_name: str
    subject: str
    gist: str
    reason: str
    held_at: datetime
    settlement: str
    ticket: int | None


class SpamIn(Asked):
    """Whether the sender is blocked too."""

    block: Literal["", "address", "domain"] = ""


def _shown(held: Held) -> dict[str, Any]:
    names = ("sender_address", "sender_name", "subject", "gist", "reason", "held_at", "settlement")
    ticket = held.ticket.number if held.ticket else None
    return {"id": held.pk, "ticket": ticket, **{name: getattr(held, name) for name in names}}


@router.get("/blocked-senders", response=list[SenderOut], summary="Who is blocked")
@scope("gate.work")
def list_senders(request: HttpRequest, ended: bool = False) -> list[BlockedSender]:
    """The newest first, at most 500; with ``ended`` those who were."""
    return list(blocked_senders(caller(request), ended=ended)[:500])


@router.post("/blocked-senders", response={201: SenderOut}, summary="Block a sender")
@scope(*REVIEWING)
def block(request: HttpRequest, asked: SenderIn) -> Status[BlockedSender]:
    """Their mails are held for review: not lost, not answered."""
    if asked.until is not None and asked.until.tzinfo is None:
        raise Invalid({"until": ["A moment needs a time zone."]})
    return Status(201, block_sender(asked.pattern, actor=caller(request), reason=asked.reason, until=asked.until))


@router.delete("/blocked-senders/{int:sender_id}", response=SenderOut, summary="Let a sender through again")
@scope("gate.work")
def unblock(request: HttpRequest, sender_id: int) -> BlockedSender:
    """What was held meanwhile stays in the review."""
    actor = caller(request)
    require(policy.may_keep_blocked(actor))
    found = BlockedSender.objects.filter(pk=sender_id).first()
    if found is None:
        raise NotFound("There is no such sender.")
    return unblock_sender(found, actor=actor)


@router.get("/spam", response=Page[HeldOut], summary="What is held as spam, newest first")
@scope(*REVIEWING)
def review(request: HttpRequest, cursor: str = "") -> dict[str, Any]:
    """``cursor`` comes from ``next``."""
    actor = caller(request)
    require(policy.may_settle_held(actor))
    mails = queries.spam_for_review(actor)
    if cursor.isascii() and cursor.isdigit() and len(cursor) < 18:
        mails = mails.filter(pk__lt=int(cursor))
    rows = list(mails[: PAGE + 1])
    return {"items": [_shown(one) for one in rows[:PAGE]], "next": str(rows[PAGE - 1].pk) if len(rows) > PAGE else None}


@router.post("/spam/{int:held_id}/release", response=HeldOut, summary="It is no spam")
@scope(*REVIEWING)
def release(request: HttpRequest, held_id: int) -> dict[str, Any]:
    """It goes through the gate as if it had just come."""
    actor = caller(request)
    not_spam(queries.held(held_id, actor=actor), actor=actor)
    return _shown(queries.held(held_id, actor=actor))


@router.post("/spam/{int:held_id}/dismissal", response=HeldOut, summary="It is spam")
@scope(*REVIEWING)
def dismiss(request: HttpRequest, held_id: int) -> dict[str, Any]:
    """Nothing becomes of it; its original stays stored."""
    actor = caller(request)
    dismiss_held(queries.held(held_id, actor=actor), actor=actor, is_spam=True)
    return _shown(queries.held(held_id, actor=actor))


@router.post("/tickets/{int:number}/spam", response=HeldOut, summary="A ticket is spam")
@scope("tickets.work")
def call(request: HttpRequest, number: int, asked: SpamIn) -> dict[str, Any]:
    """It closes without a word. 409 where somebody has answered, or no mail opened it."""
    ticket, actor = inside(request, number)
    return _shown(call_spam(ticket, actor=actor, block=asked.block))
