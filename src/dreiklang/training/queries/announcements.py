"""New solutions by interest, what is unread, and each team's reading as a number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from dreiklang.insight.rules import SMALLEST_TEAM
from dreiklang.kernel import clock
from dreiklang.kernel.permissions import Actor
from dreiklang.knowledge import policy as knowledge
from dreiklang.teams.models import Team
from dreiklang.teams.queries import memberships_on, today
from dreiklang.tickets.models import Category
from dreiklang.training import policy
from dreiklang.training.models import Announcement, Interest, SolutionRead

PAGE: Final = 20
#: What is older is no news.
NEWS_FOR: Final = timedelta(days=60)


def visible_to(actor: Actor) -> QuerySet[Announcement]:
    """News of articles the actor may read, for those inside."""
    if not policy.may_look(actor):
        return Announcement.objects.none()
    return Announcement.objects.filter(edition__in=knowledge.visible_to(actor).order_by().values("pk"))


def interests_of(actor: Actor) -> set[int]:
    """The categories somebody wants to hear of; empty: all."""
    return set(Interest.objects.filter(person_id=actor.id or 0).values_list("category_id", flat=True))


def news_for(actor: Actor) -> QuerySet[Announcement]:
    """Lately announced solutions that concern somebody, newest first. An article without a category concerns all."""
    found = visible_to(actor).filter(made_at__gte=clock.now() - NEWS_FOR)
    keys = list(Category.objects.filter(pk__in=interests_of(actor)).values_list("key", flat=True))
    if keys:
        known = list(Category.objects.values_list("key", flat=True))
        without = ~Q(edition__article__tags__overlap=known)
        found = found.filter(Q(edition__article__tags__overlap=keys) | without)
    return found.order_by("-made_at", "-pk")


def unread_for(actor: Actor) -> QuerySet[Announcement]:
    """Those of them that somebody has not read."""
    read = SolutionRead.objects.filter(announcement=OuterRef("pk"), person_id=actor.id or 0)
    return news_for(actor).exclude(Exists(read))


@dataclass(frozen=True)
class Reading:
    """How many of a team have read an announcement."""

    team: Team
    read: int
    members: int


def readings_of(announcements: list[Announcement], *, actor: Actor) -> dict[int, list[Reading]]:
    """Each announcement's reading in the actor's teams (for leads without a team: in all of the house's).

    Numbers of teams with three members and more; smaller ones would be persons (P46). Three statements.
    """
    teams = Team.objects.filter(is_active=True, organization__kind="provider", level__lt=4)
    if actor.teams or not policy.may_improve(actor):
        teams = teams.filter(pk__in=actor.teams)
    people: dict[int, set[int]] = {}
    for team_id, person_id in memberships_on(today()).filter(team__in=teams).values_list("team_id", "person_id"):
        people.setdefault(team_id, set()).add(person_id)
    shown = [team for team in teams.order_by("level", "name", "pk") if len(people.get(team.pk, ())) >= SMALLEST_TEAM]
    read: dict[int, set[int]] = {}
    rows = SolutionRead.objects.filter(announcement__in=announcements).values_list("announcement_id", "person_id")
    for announcement_id, person_id in rows:
        read.setdefault(announcement_id, set()).add(person_id)
    return {
        one.pk: [Reading(team, len(people[team.pk] & read.get(one.pk, set())), len(people[team.pk])) for team in shown]
        for one in announcements
    }
