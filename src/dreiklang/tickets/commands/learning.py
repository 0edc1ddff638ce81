"""What the log teaches the order of work: how long a ticket of a category takes each level."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from dreiklang.kernel.command import command
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require
from dreiklang.tickets.events.order import HandlingTimesLearned
from dreiklang.tickets.models import HandlingTime

_WEIGH_ANEW = """
UPDATE tickets_ticket t SET work_minutes = h.minutes FROM tickets_handlingtime h
WHERE h.category_id = t.category_id AND h.level = t.level AND t.state_group IN ('initial', 'active', 'pending')
  AND t.work_minutes IS DISTINCT FROM h.minutes
"""


@command
def learn_handling_times(news: Sequence[HandlingTime], *, actor: Actor) -> int:
    """Keep what the log says (``queries.learning``) and weigh the unsettled tickets by it; how many were learned."""
    require(actor.is_system)
    for time in news:
        HandlingTime.objects.update_or_create(
            category_id=time.category_id,
            level=time.level,
            defaults={"minutes": time.minutes, "tickets": time.tickets},
        )
    with connection.cursor() as cursor:
        cursor.execute(_WEIGH_ANEW)
    publish(HandlingTimesLearned(subject_id=0, learned=len(news)), actor=actor)
    return len(news)
