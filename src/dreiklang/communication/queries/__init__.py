"""Reads: a person's notifications; what a link in a mail can still do."""

from __future__ import annotations

from enum import StrEnum

from django.db.models import Q, QuerySet

from dreiklang.accounts.models import OneTimeLink
from dreiklang.accounts.rules import CONFIRM, ESCALATE, digest_of
from dreiklang.communication.models import Notification
from dreiklang.communication.queries.subjects import may_know
from dreiklang.escalation.models import RequesterEscalation
from dreiklang.kernel import clock
from dreiklang.kernel.permissions import Actor
from dreiklang.tickets import policy
from dreiklang.tickets.lifecycle import CLOSED
from dreiklang.tickets.models import Ticket


def notifications_of(actor: Actor) -> QuerySet[Notification]:
    """One's own notifications, newest first, about tickets and other things one may still see (P29)."""
    return (
        Notification.objects.filter(person_id=actor.person_id)
        .filter(Q(ticket__in=policy.visible_to(actor)) | may_know(actor))
        .select_related("ticket")
        .order_by("-id")
    )


def unread_of(actor: Actor) -> QuerySet[Notification]:
    """One's own notifications that wait to be read."""
    return notifications_of(actor).filter(read_at=None)


class AnswerState(StrEnum):
    """What a link to confirm or reopen can still do."""

    OPEN = "open"
    DONE = "done"
    REOPENED = "reopened"
    CLOSED = "closed"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


def escalation_state(secret: str) -> tuple[AnswerState, Ticket | None]:
    """What a link to escalate can still do, without using it up; UNKNOWN tells of no ticket."""
    link = OneTimeLink.objects.filter(digest=digest_of(secret), purpose=ESCALATE, subject_kind="ticket").first()
    ticket = Ticket.objects.filter(pk=link.subject_id or 0).first() if link else None
    if link is None or ticket is None:
        return AnswerState.UNKNOWN, None
    if link.used_at is not None or RequesterEscalation.objects.filter(ticket=ticket).exists():
        return AnswerState.DONE, ticket
    if ticket.state_group == "settled":
        return AnswerState.CLOSED, ticket
    return (AnswerState.EXPIRED if link.expires_at <= clock.now() else AnswerState.OPEN), ticket


def answer_state(secret: str, *, purpose: str) -> tuple[AnswerState, Ticket | None]:
    """What a link from a mail can still do, and its ticket, without using it up; UNKNOWN tells of no ticket."""
    link = OneTimeLink.objects.filter(digest=digest_of(secret), purpose=purpose, subject_kind="ticket").first()
    ticket = Ticket.objects.filter(pk=link.subject_id or 0).first() if link else None
    if link is None or ticket is None:
        return AnswerState.UNKNOWN, None
    if link.used_at is not None:
        return AnswerState.DONE, ticket
    if ticket.resolved_at is None:
        return AnswerState.REOPENED, ticket
    if link.expires_at <= clock.now():
        return AnswerState.EXPIRED, ticket
    if purpose == CONFIRM and ticket.state == CLOSED:
        return AnswerState.CLOSED, ticket
    return AnswerState.OPEN, ticket
