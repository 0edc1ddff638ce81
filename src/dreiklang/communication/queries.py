"""Reads: a person's notifications."""

from __future__ import annotations

from django.db.models import QuerySet

from dreiklang.communication.models import Notification
from dreiklang.kernel.permissions import Actor
from dreiklang.tickets import policy


def notifications_of(actor: Actor) -> QuerySet[Notification]:
    """One's own notifications, newest first, about tickets one may still see (P29)."""
    return (
        Notification.objects.filter(person_id=actor.id, ticket__in=policy.visible_to(actor))
        .select_related("ticket")
        .order_by("-id")
    )


def unread_count(actor: Actor, at_most: int = 99) -> int:
    """How many are unread, exact up to a limit."""
    return len(notifications_of(actor).filter(read_at=None).values_list("pk", flat=True)[: at_most + 1])
