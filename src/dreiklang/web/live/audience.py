"""What one listener may hear, asked anew every few seconds: rights end at once, not with the connection (P15, P29)."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user
from django.db.models import QuerySet
from django.http import HttpRequest

from dreiklang.channels.chat.policy import visible_to as chats_visible_to
from dreiklang.channels.telephony.policy import visible_to as calls_visible_to
from dreiklang.communication.policy import visible_to as outages_visible_to
from dreiklang.kernel.models import JournalLine
from dreiklang.kernel.permissions import Actor
from dreiklang.teams.queries import actor_for
from dreiklang.tickets import policy
from dreiklang.tickets.models import Ticket

#: Seconds for which an actor's rights are taken as known. P23 and P29 allow five.
FRESH_FOR = 4.0
MOST_REPLAYED = 500
#: What those who ask are told of, and under which one name: that a note was written or a case handed on is not theirs.
TOLD_OUTSIDE = frozenset({
    "ticket.opened", "message.received", "message.written", "message.sent", "message.withdrawn", "ticket.assigned",
    "ticket.moved", "ticket.subject_changed", "ticket.paused", "ticket.resumed", "ticket.resolved", "ticket.reopened",
    "ticket.closed", "ticket.closing_undone", "ticket.merged", "ticket.absorbed", "ticket.parted",
    "outage.announced", "outage.changed", "outage.ended", "outage.goes_on",
})  # fmt: skip
CHANGED = "ticket.changed"
#: What is told of at all, by the kind of its subject.
TOLD_OF = ("ticket", "call", "outage", "chat")
#: Each line of a chat is told to who has it, or to all it waits for; others at the desk hear of its turns only.
SAID = "chat.said"


@dataclass
class Listener:
    """A browser that listens, with its session and the actor it stands for."""

    session_key: str
    actor: Actor | None = None
    checked_at: float = field(default=-1e9)

    def refresh(self) -> Actor | None:
        """The actor behind the session now, or None if the session has ended. Looks again after four seconds."""
        if time.monotonic() - self.checked_at >= FRESH_FOR:
            self.actor = _actor_of_session(self.session_key)
            self.checked_at = time.monotonic()
        return self.actor


def _actor_of_session(session_key: str) -> Actor | None:
    engine = import_module(settings.SESSION_ENGINE)
    request = HttpRequest()
    request.session = engine.SessionStore(session_key)
    account = get_user(request)
    return actor_for(account) if account.is_authenticated else None


def lines_for(listener: Listener, line_ids: Iterable[int]) -> list[Mapping[str, Any]] | None:
    """What a listener is told of some journal lines: id, code and ticket; None if the session has ended."""
    actor = listener.refresh()
    if actor is None:
        return None
    rows: list[Mapping[str, Any]] = list(
        JournalLine.objects.filter(pk__in=list(line_ids), subject_kind__in=TOLD_OF)
        .order_by("id")
        .values("id", "code", "subject_kind", "subject_id")
    )
    return _permitted(actor, rows)


def lines_since(listener: Listener, since: int) -> list[Mapping[str, Any]]:
    """What a listener missed after a line, as far back as five hundred lines."""
    actor = listener.refresh()
    if actor is None:
        return []
    rows: list[Mapping[str, Any]] = list(
        JournalLine.objects.filter(pk__gt=since, subject_kind="ticket")
        .order_by("-id")
        .values("id", "code", "subject_kind", "subject_id")[:MOST_REPLAYED]
    )
    return _permitted(actor, rows[::-1])


def _permitted(actor: Actor, rows: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    seen = {("ticket", key) for key in _seen(policy.visible_to(actor), "ticket", rows)}
    seen |= {("call", key) for key in _seen(calls_visible_to(actor), "call", rows)}
    seen |= {("outage", key) for key in _seen(outages_visible_to(actor), "outage", rows)}
    turns, said = _told_chats(actor, rows)
    seen |= {("chat", key) for key in turns}
    told = [row for row in rows if (row["subject_kind"], row["subject_id"]) in seen]
    told = [row for row in told if row["code"] != SAID or row["subject_id"] in said]
    if actor.has(policy.WORK) or actor.has(policy.WORK_HANDED) or actor.has(policy.SEE_ALL):
        return told
    return [{**row, "code": CHANGED} for row in told if row["code"] in TOLD_OUTSIDE]


def _seen(visible: QuerySet[Any], kind: str, rows: list[Mapping[str, Any]]) -> list[int]:
    """Which subjects of a kind may be told of; asked only where there are some."""
    wanted = {row["subject_id"] for row in rows if row["subject_kind"] == kind}
    return list(visible.filter(pk__in=wanted).values_list("pk", flat=True)) if wanted else []


def _told_chats(actor: Actor, rows: list[Mapping[str, Any]]) -> tuple[set[int], set[int]]:
    """The chats whose turns an actor hears of, and those of which each line is told."""
    wanted = {row["subject_id"] for row in rows if row["subject_kind"] == "chat"}
    if not wanted:
        return set(), set()
    seen = dict(chats_visible_to(actor).filter(pk__in=wanted).values_list("pk", "agent_id"))
    return set(seen), {key for key, agent in seen.items() if agent in (None, actor.id)}


def hears_presence(listener: Listener, ticket_id: int) -> bool:
    """Whether a listener may know who is at a ticket: only those who work on it from inside."""
    actor = listener.refresh()
    ticket = Ticket.objects.filter(pk=ticket_id).first()
    return actor is not None and ticket is not None and policy.works_inside(actor, ticket)
