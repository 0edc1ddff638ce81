"""Exercises as a learning path: a team's, in their order, with one's own progress; a team's progress as a number."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q

from dreiklang.insight.rules import SMALLEST_TEAM
from dreiklang.kernel.permissions import Actor
from dreiklang.teams.models import Team
from dreiklang.teams.queries import memberships_on, today
from dreiklang.training import policy
from dreiklang.training.models import Attempt, Exercise


@dataclass(frozen=True)
class Station:
    """An exercise on a path: one's own last answer, and how many of the team solved it (None: too few to tell, P46)."""

    exercise: Exercise
    own: Attempt | None
    solved: int | None


@dataclass(frozen=True)
class Path:
    """A team's exercises in order, how many one has solved, and how many members the team has."""

    team: Team
    stations: list[Station]
    own_solved: int
    members: int


def paths_for(actor: Actor) -> list[Path]:
    """The learning paths of the house's teams, one's own teams first. A fixed number of statements."""
    found = list(
        policy.exercises_for(actor).select_related("team").order_by("team__level", "team__name", "position", "pk")
    )
    own = {a.exercise_id: a for a in policy.attempts_visible_to(actor).filter(person_id=actor.id or 0)}
    members = dict(
        memberships_on(today()).values("team_id").annotate(n=Count("person_id", distinct=True))
        .values_list("team_id", "n")
    )  # fmt: skip
    by_team: dict[int, list[Exercise]] = {}
    for exercise in found:
        by_team.setdefault(exercise.team_id, []).append(exercise)
    solved = _solved_in_team(found)
    paths = []
    for exercises in by_team.values():
        team, count = exercises[0].team, members.get(exercises[0].team_id, 0)
        stations = [
            Station(one, own.get(one.pk), solved.get(one.pk, 0) if count >= SMALLEST_TEAM else None)
            for one in exercises
        ]
        own_solved = sum(bool(s.own and s.own.is_right) for s in stations)
        paths.append(Path(team, stations, own_solved, count))
    return sorted(paths, key=lambda path: path.team.pk not in actor.teams)


def _solved_in_team(exercises: list[Exercise]) -> dict[int, int]:
    """How many present members of each exercise's team have solved it."""
    teams = {one.team_id for one in exercises}
    people: dict[int, list[int]] = {}
    for team_id, person_id in memberships_on(today()).filter(team_id__in=teams).values_list("team_id", "person_id"):
        people.setdefault(team_id, []).append(person_id)
    wanted = Q(pk__in=[])
    for team_id, persons in people.items():
        wanted |= Q(exercise__team_id=team_id, person_id__in=persons)
    rows = Attempt.objects.filter(wanted, is_right=True).values("exercise_id")
    return dict(rows.annotate(n=Count("person_id", distinct=True)).values_list("exercise_id", "n"))


def results_for(exercise: Exercise, *, actor: Actor) -> list[Attempt]:
    """The answers of others, for whoever has the right to train."""
    found = policy.attempts_visible_to(actor).filter(exercise=exercise).exclude(person_id=actor.id or 0)
    return list(found.select_related("person").order_by("person__sort_key", "pk"))
