"""Who is blocked now, as a list; whether a mail's sender is, `sighting` asks with the sender itself."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from dreiklang.channels.gate import policy
from dreiklang.channels.models import BlockedSender
from dreiklang.kernel import clock
from dreiklang.kernel.permissions import Actor, require


def blocked_senders(actor: Actor, *, ended: bool = False) -> QuerySet[BlockedSender]:
    """Who is blocked, newest first; or who was."""
    require(policy.may_keep_blocked(actor))
    over = Q(ended_at__isnull=False) | Q(until_at__lte=clock.now())
    found = BlockedSender.objects.filter(over) if ended else BlockedSender.objects.exclude(over)
    return found.select_related("by", "ended_by").order_by("-id")
