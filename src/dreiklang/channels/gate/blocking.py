"""Who is blocked now."""

from __future__ import annotations

from django.db import connection
from django.db.models import Q, QuerySet

from dreiklang.channels.gate import policy
from dreiklang.channels.gate.rules import spam
from dreiklang.channels.models import BlockedSender
from dreiklang.kernel import clock
from dreiklang.kernel.permissions import Actor, require

_BLOCKED = """
SELECT EXISTS (SELECT 1 FROM channels_blockedsender
               WHERE pattern = ANY(%s) AND ended_at IS NULL AND (until_at IS NULL OR until_at > %s))
"""


def is_blocked(address: str) -> bool:
    """Whether the address or a domain above it is blocked now. One small query; runs for every mail."""
    patterns = spam.patterns_for(address)
    if not patterns:
        return False
    with connection.cursor() as cursor:
        cursor.execute(_BLOCKED, [patterns, clock.now()])
        return bool(cursor.fetchone()[0])


def blocked_senders(actor: Actor, *, ended: bool = False) -> QuerySet[BlockedSender]:
    """Who is blocked, newest first; or who was."""
    require(policy.may_keep_blocked(actor))
    over = Q(ended_at__isnull=False) | Q(until_at__lte=clock.now())
    found = BlockedSender.objects.filter(over) if ended else BlockedSender.objects.exclude(over)
    return found.select_related("by", "ended_by").order_by("-id")
