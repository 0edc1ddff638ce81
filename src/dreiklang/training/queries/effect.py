"""What lessons changed: handovers of their kind before and after. Figures of kinds of cases, never of persons (P46).

A case counts where it was decided: it was handed up by the level the lesson is for, or below, or it was solved without.
The case that gave the lesson counts on neither side, as it was chosen because it was handed up.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from dreiklang.escalation.models import Handover
from dreiklang.kernel import clock
from dreiklang.kernel.counting import counts
from dreiklang.kernel.permissions import Actor
from dreiklang.tickets import policy as tickets
from dreiklang.tickets.models import Ticket
from dreiklang.training import policy
from dreiklang.training.lifecycle import DONE
from dreiklang.training.models import Lesson
from dreiklang.training.rules.effect import Effect, Share

#: How far back and how far on a lesson is looked at.
WINDOW: Final = timedelta(days=180)
PAGE: Final = 20
PARTS: Final = ("before", "before_up", "after", "after_up")
MOST: Final = 1_000_000


def cases_of(lesson: Lesson, part: str, *, actor: Actor) -> QuerySet[Ticket]:
    """The tickets behind one figure of a lesson's effect; of what the actor may see."""
    cut = lesson.settled_at or clock.now()
    since, until = (cut - WINDOW, cut) if part.startswith("before") else (cut, cut + WINDOW)
    alike = Q(category_id=lesson.category_id) if lesson.category_id else Q(service_id=lesson.service_id)
    up = Exists(
        Handover.objects.filter(ticket=OuterRef("pk"), from_level__lte=lesson.to_level, to_level__gt=lesson.to_level)
    )
    found = tickets.visible_to(actor).filter(alike, opened_at__gte=since, opened_at__lt=until)
    found = found.exclude(state="merged").exclude(pk=lesson.ticket_id)
    return found.filter(up) if part.endswith("_up") else found.filter(Q(up) | Q(resolved_at__isnull=False))


def effects_of(lessons: Sequence[Lesson], *, actor: Actor) -> dict[int, Effect]:
    """The effect of each lesson that is done and has a kind; all counted in one statement."""
    counted_ones = [one for one in lessons if one.state == DONE and (one.category_id or one.service_id)]
    asked = {f"{one.pk} {part}": cases_of(one, part, actor=actor) for one in counted_ones for part in PARTS}
    counted = counts(asked, exact_to=MOST) if asked else {}
    found = {}
    for one in counted_ones:
        before, before_up, after, after_up = (counted[f"{one.pk} {part}"] for part in PARTS)
        found[one.pk] = Effect(Share(before_up, before), Share(after_up, after))
    return found


def done_lessons(*, actor: Actor, before: int | None = None) -> list[Lesson]:
    """Lessons that are done, newest first, one more than a page."""
    found = policy.visible_to(actor).filter(state=DONE)
    if before is not None:
        found = found.filter(pk__lt=before)
    named = found.select_related("ticket", "to_team", "category", "service", "article")
    return list(named.order_by("-pk")[: PAGE + 1])


def others_meanwhile(lesson: Lesson, *, actor: Actor) -> int:
    """How many other lessons of the same kind were done within the same time: their effects cannot be told apart."""
    cut: datetime = lesson.settled_at or clock.now()
    alike = Q(category_id=lesson.category_id) if lesson.category_id else Q(service_id=lesson.service_id)
    found = policy.visible_to(actor).filter(alike, state=DONE, to_level=lesson.to_level).exclude(pk=lesson.pk)
    return found.filter(settled_at__gte=cut - WINDOW, settled_at__lte=cut + WINDOW).count()
