"""The gate: what came in and what became of it; a quarantined mail is tried again or dismissed."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema

from dreiklang.api.doors import caller, scope
from dreiklang.channels.gate import queries
from dreiklang.channels.gate.commands import people
from dreiklang.channels.gate.policy import may_see_gate
from dreiklang.channels.models import Incoming
from dreiklang.kernel.permissions import require

router = Router(tags=["gate"])
GATE = "gate.work"
Outcomes = Literal["", "stored", "opened", "joined", "held", "ignored", "quarantined"]


class CameInOut(Schema):
    """A mail as it came. ``reason``: a code of the gate's table; ``auto``: what kind of machine wrote it, or none."""

    id: int
    received_at: datetime
    door: str
    mailbox_address: str
    sender: str
    subject: str
    message_id: str
    size: int
    state: str
    outcome: str
    reason: str
    auto: str
    is_sender_proven: bool
    ticket: int | None
    claims: int | None
    problems: list[str]
    tries: int


class CameInPage(Schema):
    """A stretch, newest first. ``next_before``: where the next one begins; null at the end."""

    items: list[CameInOut]
    next_before: int | None


def _shown(mail: Incoming) -> dict[str, Any]:
    names = [name for name in CameInOut.model_fields if name != "ticket"]
    return {**{name: getattr(mail, name) for name in names}, "ticket": mail.ticket.number if mail.ticket else None}


@router.get("/incoming", response=CameInPage, summary="What came in, newest first")
@scope(GATE)
def list_incoming(
    request: HttpRequest, outcome: Outcomes = "", words: str = "", before: int | None = None
) -> dict[str, Any]:
    """``words`` looks in sender, subject, Message-ID and ticket number."""
    actor = caller(request)
    require(may_see_gate(actor))
    page = queries.came_in(actor, outcome=outcome, words=words[:100], before=before)
    return {"items": [_shown(mail) for mail in page.mails], "next_before": page.next_before}


@router.get("/incoming/{int:incoming_id}", response=CameInOut, summary="A mail that came in")
@scope(GATE)
def get_incoming(request: HttpRequest, incoming_id: int) -> dict[str, Any]:
    """With all that is known of it but its bytes."""
    return _shown(queries.incoming(incoming_id, actor=caller(request)))


@router.post("/incoming/{int:incoming_id}/reprocessing", response=CameInOut, summary="Try a quarantined mail again")
@scope(GATE)
def reprocess(request: HttpRequest, incoming_id: int) -> dict[str, Any]:
    """``state`` says afterwards whether it worked this time. 409 for a mail that is not quarantined."""
    actor = caller(request)
    people.reprocess(queries.incoming(incoming_id, actor=actor), actor=actor)
    return _shown(queries.incoming(incoming_id, actor=actor))


@router.post("/incoming/{int:incoming_id}/dismissal", response=CameInOut, summary="Dismiss a quarantined mail")
@scope(GATE)
def dismiss(request: HttpRequest, incoming_id: int) -> dict[str, Any]:
    """It stays listed with its bytes and opens nothing."""
    actor = caller(request)
    people.dismiss(queries.incoming(incoming_id, actor=actor), actor=actor)
    return _shown(queries.incoming(incoming_id, actor=actor))
