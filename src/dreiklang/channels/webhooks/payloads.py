"""What a hook is told: the news, the ticket as it stands, and the words that belong to the news.

Everything is named here, field by field. Words of a note or of correspondence are reached by one function alone, which
asks whether the hook may hear them (P31). Words of mail that came encrypted leave to none.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import Model

from dreiklang.channels.webhooks import policy, rules
from dreiklang.channels.webhooks.models import Delivery, Hook
from dreiklang.kernel import clock, journal
from dreiklang.tickets import policy as tickets
from dreiklang.tickets.models import Correspondence, Intervention, Message, Note, Ticket
from dreiklang.tickets.queries.conditions import fits, understood
from dreiklang.tickets.rules.words import stays_inside


class NotForThisHook(Exception):
    """The news is not to leave to this hook: conditions do not fit, or it may not see the ticket."""


def payload_of(delivery: Delivery) -> str:
    """The body of a delivery, as JSON. Raises NotForThisHook, and Mistake if its conditions cannot be read any more."""
    hook = delivery.hook
    if not rules.may_hear(delivery.code, hears_inside=hook.hears_inside):
        raise NotForThisHook
    about: dict[str, Any] = {}
    said_at = delivery.made_at
    if delivery.line_id is not None:
        line = journal.line(delivery.line_id)
        said_at = line.at
        plain = line.event.split()[0]
        about = {
            "line_id": line.id,
            "actor": {"kind": line.actor_kind, "id": line.actor_id},
            "details": rules.without_words(plain),
        }
    if delivery.ticket_id is not None:
        ticket = _ticket(delivery.ticket_id, hook)
        about["ticket"] = _of_ticket(ticket)
        if delivery.line_id is not None:
            about |= _words_of(delivery.code, plain, ticket, hook)
    return _as_json({"type": delivery.code, "timestamp": said_at.isoformat(), "data": about})


def _ticket(ticket_id: int, hook: Hook) -> Ticket:
    """The ticket, if the hook may see it and its conditions fit."""
    actor = policy.actor_of(hook)
    found = (
        tickets.visible_to(actor)
        .select_related("requester", "customer", "team", "assignee", "category", "service")
        .filter(pk=ticket_id)
        .first()
    )
    if found is None:
        raise NotForThisHook
    if hook.conditions.strip() and not fits(understood(hook.conditions, actor=actor), found, actor=actor):
        raise NotForThisHook
    return found


def _of_ticket(ticket: Ticket) -> dict[str, Any]:
    names = (
        "number", "version", "kind", "subject", "state", "state_group", "language", "channel", "priority", "impact",
        "urgency", "level", "opened_at", "changed_at", "resolved_at", "closed_at", "returns_at",
    )  # fmt: skip
    return {
        **{name: getattr(ticket, name) for name in names},
        "requester": {"id": ticket.requester_id, "name": ticket.requester.name},
        "customer": {"id": ticket.customer_id, "key": ticket.customer.key, "name": ticket.customer.name},
        "team": {"id": ticket.team.pk, "key": ticket.team.key, "name": ticket.team.name} if ticket.team else None,
        "assignee": {"id": ticket.assignee.pk, "name": ticket.assignee.name} if ticket.assignee else None,
        "category": ticket.category.key if ticket.category else None,
        "service": ticket.service.key if ticket.service else None,
    }


def _words_of(code: str, plain: dict[str, Any], ticket: Ticket, hook: Hook) -> dict[str, Any]:
    """The words a piece of news is about, under the name of their kind."""
    if code in ("message.received", "message.sent"):
        return _one("message", Message, plain, ticket, _of_message)
    if code in rules.INSIDE and hook.hears_inside:
        return _inside(code, plain, ticket)
    return {}


def _inside(code: str, plain: dict[str, Any], ticket: Ticket) -> dict[str, Any]:
    kind = code.partition(".")[0]
    model: type[Model] = {"note": Note, "intervention": Intervention, "correspondence": Correspondence}[kind]
    return _one(kind, model, plain, ticket, _of_letter if model is Correspondence else _of_words)


def _of_words(words: Note | Intervention) -> dict[str, Any]:
    return {"id": words.pk, "text": words.text}


def _of_letter(letter: Correspondence) -> dict[str, Any]:
    return {"id": letter.pk, "text": "" if stays_inside(letter.seal) else letter.text, "seal": letter.seal}


def _one(
    kind: str, model: type[Model], plain: dict[str, Any], ticket: Ticket, shown: Callable[[Any], dict[str, Any]]
) -> dict[str, Any]:
    row = model._default_manager.filter(pk=plain.get(f"{kind}_id"), ticket=ticket).first()
    return {kind: shown(row)} if row is not None else {}


def _of_message(message: Message) -> dict[str, Any]:
    return {
        "id": message.pk, "direction": message.direction, "author_name": message.author_name,
        "subject": message.subject, "text": "" if stays_inside(message.seal) else message.text,
        "seal": message.seal, "said_at": message.said_at,
        "is_sender_proven": message.is_sender_proven,
    }  # fmt: skip


def test_payload() -> str:
    """What the test button sends."""
    said = "This is a test of the webhook. Nothing happened."
    return _as_json({"type": rules.TEST, "timestamp": clock.now().isoformat(), "data": {"text": said}})


def _as_json(values: dict[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False, default=_spelled)


def _spelled(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
