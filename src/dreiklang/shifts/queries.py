"""Reads of the book, of who is there, and of what somebody who is away left behind."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import Coalesce

from dreiklang.kernel import clock
from dreiklang.kernel.permissions import Actor
from dreiklang.organizations.models import Person
from dreiklang.shifts import policy
from dreiklang.shifts.models import BookEntry, BookRead
from dreiklang.teams import policy as teams_policy
from dreiklang.teams.models import Team
from dreiklang.teams.queries import absences_on, memberships_on, on_duty, today
from dreiklang.tickets import policy as tickets
from dreiklang.tickets.models import Ticket

PAGE = 20


def open_points(team: Team, *, actor: Actor) -> list[BookEntry]:
    """What is carried on, oldest first."""
    return list(_entries(actor).filter(team=team, is_open=True, settled_at=None).order_by("id"))


def entries_of(team: Team, *, actor: Actor, before: int | None = None) -> list[BookEntry]:
    """Entries of a team's book, newest first, one more than a page."""
    found = _entries(actor).filter(team=team)
    found = found.filter(pk__lt=before) if before else found
    return list(found.order_by("-id")[: PAGE + 1])


def one_entry(entry_id: int, *, actor: Actor) -> BookEntry | None:
    """One entry of a book the actor reads, or None."""
    return _entries(actor).filter(pk=entry_id).first()


def _entries(actor: Actor) -> QuerySet[BookEntry]:
    """With their tickets, of which everybody sees those they may see."""
    seen = Prefetch("tickets", tickets.visible_to(actor).only("id", "number", "subject", "state_group"))
    return policy.visible_to(actor).select_related("author", "settled_by").prefetch_related(seen)


def unread_entries(actor: Actor) -> QuerySet[BookEntry]:
    """What others wrote in the actor's books since they last looked."""
    if actor.kind != "person" or actor.id is None:
        return BookEntry.objects.none()
    read = BookRead.objects.filter(team=OuterRef("team"), person_id=actor.id).values("entry_id")
    newer = BookEntry.objects.filter(team_id__in=actor.teams, pk__gt=Coalesce(Subquery(read), 0))
    return newer.exclude(author_id=actor.id)


def readers_of(team: Team) -> dict[int, int]:
    """Person → up to which entry they have read."""
    return dict(BookRead.objects.filter(team=team).values_list("person_id", "entry_id"))


@dataclass(frozen=True)
class Present:
    """A team on the board: who is there now, who is away and who stands in."""

    team: Team
    here: list[Person]
    away: list[tuple[Person, Person | None, int]]


def board_for(actor: Actor) -> list[Present]:
    """Who is there now, team by team; of those away how many open tickets they hold, never why they are away."""
    day, now = today(), clock.now()
    teams = list(
        teams_policy.visible_to(actor).filter(is_active=True).select_related("calendar").order_by("level", "name")
    )
    members: dict[int, list[Person]] = {}
    rows = memberships_on(day).filter(team__in=teams, person__is_active=True).select_related("person")
    for membership in rows.order_by("person__sort_key", "person_id"):
        members.setdefault(membership.team_id, []).append(membership.person)
    people = {p.pk: p for of_team in members.values() for p in of_team}
    away = absences_on(day, people)
    standing_in = {p.pk: p for p in Person.objects.filter(pk__in=[s for s in away.values() if s])}
    held = dict(
        tickets.visible_to(actor).unsettled().filter(assignee_id__in=list(away)).order_by()
        .values_list("assignee_id").annotate(count=Count("pk"))
    )  # fmt: skip
    return [
        Present(
            team,
            on_duty(team, now),
            [
                (p, standing_in.get(away[p.pk] or 0), held.get(p.pk, 0))
                for p in members.get(team.pk, [])
                if p.pk in away
            ],
        )
        for team in teams
    ]


@dataclass(frozen=True)
class Given:
    """What becomes of one ticket: to somebody, or back to its team."""

    ticket: Ticket
    to: Person | None


def plan_for(person: Person, *, actor: Actor, to: Person | None) -> list[Given]:
    """What would become of somebody's open tickets: to ``to`` where they are in the team, else back to the team."""
    found = (
        tickets.visible_to(actor).unsettled().assigned_to(person.pk).select_related("team").order_by("priority", "id")
    )
    teams = set(memberships_on(today()).filter(person=to).values_list("team_id", flat=True)) if to else set()
    mine = [t for t in found if tickets.may_move(actor, t)]
    return [Given(ticket, to if ticket.team_id in teams else None) for ticket in mine]
