"""How articles are used: read, said to help, solved with alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from dreiklang.kernel import clock
from dreiklang.kernel.permissions import Actor
from dreiklang.knowledge import policy
from dreiklang.knowledge.models import Edition, Feedback, Reading, SolvedAlone

DAYS, PAGE = 90, 100


@dataclass(frozen=True)
class Together:
    """All editions somebody may read together, since a day."""

    read: int
    solved: int
    helped: int
    did_not: int


def usage_of(actor: Actor, *, days: int = DAYS, limit: int = PAGE) -> list[Edition]:
    """Published editions with ``times_read``, ``times_solved``, ``yes``, ``no`` of the last days, most read first."""
    since = clock.now().date() - timedelta(days=days)
    return list(
        policy.visible_to(actor)
        .select_related("article")
        .defer("body")
        .annotate(
            times_read=_counted(Reading.objects.filter(day__gte=since), Sum("times")),
            times_solved=_counted(SolvedAlone.objects.filter(day__gte=since), Count("pk")),
            yes=_counted(Feedback.objects.filter(helped=True, given_at__date__gte=since), Count("pk")),
            no=_counted(Feedback.objects.filter(helped=False, given_at__date__gte=since), Count("pk")),
        )
        .order_by("-times_read", "-times_solved", "sort_key", "pk")[:limit]
    )


def usage_together(actor: Actor, *, days: int = DAYS) -> Together:
    """The same of all editions, as one sum."""
    since: date = clock.now().date() - timedelta(days=days)
    seen = policy.visible_to(actor).order_by().values("pk")
    said = Feedback.objects.filter(edition__in=seen, given_at__date__gte=since)
    counted = said.aggregate(yes=Count("pk", filter=Q(helped=True)), no=Count("pk", filter=Q(helped=False)))
    read = Reading.objects.filter(edition__in=seen, day__gte=since).aggregate(times=Sum("times"))["times"]
    solved = SolvedAlone.objects.filter(edition__in=seen, day__gte=since).count()
    return Together(read or 0, solved, counted["yes"], counted["no"])


def _counted(rows: QuerySet, how: Sum | Count) -> Coalesce:  # type: ignore[type-arg]
    each = rows.filter(edition=OuterRef("pk")).order_by().values("edition").annotate(n=how).values("n")
    return Coalesce(Subquery(each, output_field=IntegerField()), Value(0))
