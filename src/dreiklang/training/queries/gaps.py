"""Where the first level has nothing to go by: escalations without an article, articles nobody uses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db.models import Count, Exists, F, OuterRef, QuerySet

from dreiklang.escalation.models import Handover
from dreiklang.kernel import clock
from dreiklang.kernel.permissions import Actor
from dreiklang.knowledge import policy as knowledge
from dreiklang.knowledge.models import Edition
from dreiklang.tickets import policy as tickets
from dreiklang.tickets.models import Category, Ticket
from dreiklang.training import policy
from dreiklang.training.models import ArticleUse, Lesson

#: So far back cases count; so long an article may lie unused before it is listed.
LOOKED_BACK: Final = timedelta(days=90)
MOST: Final = 100


def without_article(*, actor: Actor) -> QuerySet[Ticket]:
    """Tickets that level 1 handed up and that are solved, of which no article and no lesson speaks."""
    if not policy.may_look(actor):
        return Ticket.objects.none()
    up = Handover.objects.filter(ticket=OuterRef("pk"), from_level=1, to_level__gt=F("from_level"))
    written = ArticleUse.objects.filter(ticket=OuterRef("pk"))
    taught = Lesson.objects.filter(ticket=OuterRef("pk")).exclude(state="withdrawn")
    found = tickets.visible_to(actor).filter(resolved_at__gte=clock.now() - LOOKED_BACK).exclude(state="merged")
    return found.filter(Exists(up)).exclude(Exists(written)).exclude(Exists(taught))


@dataclass(frozen=True)
class Gap:
    """A category with its escalations of which no article speaks."""

    category: Category | None
    cases: int


def gaps(*, actor: Actor, limit: int = 12) -> list[Gap]:
    """Categories by how many such escalations they have, the most first."""
    rows = without_article(actor=actor).order_by().values("category_id").annotate(n=Count("pk"))
    counted = sorted(rows, key=lambda row: (-row["n"], row["category_id"] or 0))[:limit]
    names = Category.objects.in_bulk([row["category_id"] for row in counted if row["category_id"]])
    return [Gap(names.get(row["category_id"]), row["n"]) for row in counted]


def unused(*, actor: Actor) -> QuerySet[Edition]:
    """Published editions of articles that have been there for a while and that no case was solved with since."""
    since = clock.now() - LOOKED_BACK
    used = ArticleUse.objects.filter(article=OuterRef("article"), used_at__gte=since)
    found = knowledge.visible_to(actor) if policy.may_look(actor) else Edition.objects.none()
    return found.filter(published_at__lt=since).exclude(Exists(used)).order_by("published_at", "pk")
