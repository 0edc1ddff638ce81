"""Lessons as pages and programs read them."""

from __future__ import annotations

from django.db.models import Count, F, Q, QuerySet

from dreiklang.escalation.models import Handover
from dreiklang.kernel.permissions import Actor
from dreiklang.knowledge import policy as knowledge
from dreiklang.knowledge.models import Edition
from dreiklang.organizations.models import Person
from dreiklang.teams.models import Team
from dreiklang.teams.queries import memberships_on, today
from dreiklang.tickets.models import Ticket
from dreiklang.training import policy
from dreiklang.training.lifecycle import DONE, UNSETTLED
from dreiklang.training.models import Lesson

PAGE = 30
#: Which lessons a heap of the worklist holds, by its key.
HEAPS = ("open", "mine", "done", "set_aside")


def teams_below(ticket: Ticket, *, actor: Actor) -> list[Team]:
    """Teams of lower levels that handed the ticket up, the first level first: those a lesson can be for.

    For somebody of a team: what is below that team on the ticket's way. For leads: all but the highest.
    """
    handed = Handover.objects.filter(ticket=ticket, to_level__gt=F("from_level"))
    own = handed.filter(to_team_id__in=actor.teams).values_list("to_level", flat=True)
    highest = max(own, default=0) or max(handed.values_list("to_level", flat=True), default=0)
    below = handed.filter(from_level__lt=highest).values("from_team_id")
    inside = Team.objects.filter(pk__in=below, organization__kind="provider")
    return list(inside.order_by("level", "name", "pk"))


def level_of_teacher(ticket: Ticket, *, actor: Actor) -> tuple[int, int | None]:
    """Level and team that speak: the actor's highest on the ticket's way, else the highest it reached."""
    handed = Handover.objects.filter(ticket=ticket).order_by("-to_level", "-pk")
    row = (
        handed.filter(to_team_id__in=actor.teams).values_list("to_level", "to_team_id").first()
        or handed.values_list("to_level", "to_team_id").first()
    )
    return (int(row[0]), int(row[1])) if row else (0, None)


def lessons_of(ticket: Ticket, *, actor: Actor) -> list[Lesson]:
    """What was said about one ticket, the first first; what was taken back is left out."""
    found = policy.visible_to(actor).filter(ticket=ticket).exclude(state="withdrawn")
    return list(found.select_related("to_team", "owner", "author", "article").order_by("pk"))


def one_lesson(lesson_id: int, *, actor: Actor) -> Lesson | None:
    """A lesson with its names, if the actor may see it."""
    return _named(policy.visible_to(actor).filter(pk=lesson_id)).first()


def _named(rows: QuerySet[Lesson]) -> QuerySet[Lesson]:
    return rows.select_related(
        "ticket", "to_team", "from_team", "owner", "author", "settled_by", "category", "service", "article"
    )


def _heap(key: str, actor: Actor) -> Q:
    own = actor.id if actor.kind == "person" and actor.id is not None else 0
    return {
        "open": Q(state__in=UNSETTLED),
        "mine": Q(state__in=UNSETTLED, owner_id=own),
        "done": Q(state=DONE),
        "set_aside": Q(state__in=["declined", "withdrawn"]),
    }.get(key, Q(state__in=UNSETTLED))


def worklist(
    *, actor: Actor, heap: str = "open", remedy: str = "", team_id: int | None = None, before: int | None = None
) -> list[Lesson]:
    """Lessons of a heap, newest first, one more than a page. ``before``: the number the page begins below."""
    found = policy.visible_to(actor).filter(_heap(heap, actor))
    if remedy:
        found = found.filter(remedy=remedy)
    if team_id is not None:
        found = found.filter(to_team_id=team_id)
    if before is not None:
        found = found.filter(pk__lt=before)
    return list(_named(found).order_by("-pk")[: PAGE + 1])


def heaps_for(actor: Actor) -> dict[str, int]:
    """How many lessons lie on each heap; in one statement."""
    counted = {key: Count("pk", filter=_heap(key, actor)) for key in HEAPS}
    return policy.visible_to(actor).aggregate(**counted)


def own_open(actor: Actor) -> QuerySet[Lesson]:
    """What the actor has taken on and not settled, for the count in the rail."""
    own = actor.id if actor.kind == "person" and actor.id is not None else 0
    return Lesson.objects.filter(owner_id=own, state__in=UNSETTLED)


def who_can_see_to() -> list[Person]:
    """Who can be given a lesson: members of the house's own teams today."""
    inside = memberships_on(today()).filter(team__organization__kind="provider", person__is_active=True)
    return list(Person.objects.filter(pk__in=inside.values("person_id")).order_by("sort_key", "pk"))


def taught_for(ticket: Ticket, *, actor: Actor, limit: int = 3) -> list[Lesson]:
    """What earlier cases of the same category or service taught the team that has the ticket, the settled first.

    A settled lesson says what the level can do now; an open one that the level above has said it could.
    """
    alike = Q(pk__in=[])
    if ticket.category_id is not None:
        alike |= Q(category_id=ticket.category_id)
    if ticket.service_id is not None:
        alike |= Q(service_id=ticket.service_id)
    found = policy.visible_to(actor).filter(alike, state__in=(DONE, *UNSETTLED)).exclude(ticket=ticket)
    is_done = Q(state=DONE)
    ordered = found.annotate(done=Count("pk", filter=is_done)).order_by("-done", "-pk")
    return list(ordered.select_related("ticket", "to_team", "article")[:limit])


def is_readable_on(article_id: int, level: int) -> bool:
    """Whether an edition of the article is published for those who work on a level of the house."""
    narrow = Q(audience=Edition.Audience.LEVEL, level__gt=level)
    return Edition.objects.filter(article_id=article_id, is_published=True).exclude(narrow).exists()


def titles_of(article_ids: list[int], *, actor: Actor) -> dict[int, Edition]:
    """For some articles the edition an actor reads: in their language if there is one."""
    found: dict[int, Edition] = {}
    editions = knowledge.in_work_for(actor) if knowledge.may_write(actor) else knowledge.visible_to(actor)
    for edition in editions.filter(article_id__in=article_ids).defer("body").order_by("pk"):
        if edition.article_id not in found or edition.language == actor.language:
            found[edition.article_id] = edition
    return found
