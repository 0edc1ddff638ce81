"""What the log says about how long tickets of a category take each level. Figures of levels, never of persons (P46)."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db import connection

from dreiklang.kernel import clock
from dreiklang.tickets.models import HandlingTime

#: Looked at: tickets resolved in so many days; believed from so many tickets on.
LEARNED_FROM: Final = timedelta(days=180)
ENOUGH: Final = 5
#: A ticket never counts as less work than this, so that the shortest do not push everything else aside.
LEAST_MINUTES: Final = 5.0

# The median, not the mean: one ticket that took a week must not make all of its kind wait.
_MEDIANS = """
SELECT category_id, level, percentile_cont(0.5) WITHIN GROUP (ORDER BY minutes), count(*)
FROM (SELECT t.category_id, i.level, i.ticket_id, sum(i.minutes)::float8 AS minutes
      FROM tickets_intervention i JOIN tickets_ticket t ON t.id = i.ticket_id
      WHERE t.resolved_at >= %s AND t.category_id IS NOT NULL AND i.level BETWEEN 1 AND 4
      GROUP BY t.category_id, i.level, i.ticket_id HAVING sum(i.minutes) > 0) worked
GROUP BY category_id, level HAVING count(*) >= %s
"""


def news_of_handling_times() -> list[HandlingTime]:
    """What is different from what was learned before, not saved: empty where the log says nothing new."""
    with connection.cursor() as cursor:
        cursor.execute(_MEDIANS, [clock.now() - LEARNED_FROM, ENOUGH])
        found = cursor.fetchall()
    known = {(h.category_id, h.level): h for h in HandlingTime.objects.all()}
    news = []
    for category_id, level, median, count in found:
        minutes = max(LEAST_MINUTES, median)
        former = known.get((category_id, level))
        if former is None or (former.minutes, former.tickets) != (minutes, count):
            news.append(HandlingTime(category_id=category_id, level=level, minutes=minutes, tickets=count))
    return news
