"""Reads of the monitoring door."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count, Q, QuerySet

from dreiklang.channels.monitoring import policy
from dreiklang.channels.monitoring.models import Alert, Call, Source
from dreiklang.kernel.permissions import Actor
from dreiklang.tickets.models import Ticket

#: Alerts shown on one page; a storm has more, and says so.
SHOWN = 100


def source_by_key(key: str) -> Source | None:
    """The active source of an address."""
    return Source.objects.filter(key=key, is_active=True).first()


def sources() -> QuerySet[Source]:
    """All sources with the number of their firing alerts and unread calls."""
    firing = Count("alerts", filter=Q(alerts__state=Alert.State.FIRING), distinct=True)
    return Source.objects.select_related("organization", "team").annotate(firing=firing).order_by("name")


def latest_calls(source: Source, *, at_most: int = 20) -> list[Call]:
    """The newest calls of a source, without their bytes."""
    return list(source.calls.defer("raw").order_by("-id")[:at_most])


def alerts_of(ticket: Ticket, *, actor: Actor) -> list[Alert]:
    """The alerts behind a ticket, firing ones first; empty for whoever may not see them."""
    if not policy.sees_alerts_of(actor, ticket):
        return []
    found = Alert.objects.filter(ticket=ticket).select_related("source")
    return list(found.order_by("-state", "-since_at", "-id")[:SHOWN])


def firing(actor: Actor, *, before: tuple[datetime, int] | None = None) -> list[Alert]:
    """What fires now, newest first, one more than a page to see whether there are more. ``before``: keyset."""
    found = policy.visible_to(actor).filter(state=Alert.State.FIRING).select_related("source", "ticket")
    if before is not None:
        moment, key = before
        found = found.filter(Q(since_at__lt=moment) | Q(since_at=moment, id__lt=key))
    return list(found.order_by("-since_at", "-id")[: SHOWN + 1])


def have_all_cleared(ticket: Ticket) -> bool:
    """Whether a ticket of monitoring has no firing alert any more."""
    alerts = Alert.objects.filter(ticket=ticket)
    return alerts.exists() and not alerts.filter(state=Alert.State.FIRING).exists()
