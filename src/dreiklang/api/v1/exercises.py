"""Exercises with one's own answers, and new solutions with what one has read."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from dreiklang.api.doors import WORKING, caller, scope
from dreiklang.api.shapes import Asked
from dreiklang.kernel.errors import NotFound
from dreiklang.kernel.permissions import Actor
from dreiklang.teams.models import Team
from dreiklang.tickets.models import Category
from dreiklang.training import policy
from dreiklang.training.commands import announcements, exercises
from dreiklang.training.models import Exercise, SolutionRead
from dreiklang.training.queries import announcements as news
from dreiklang.training.rules.exercises import Step

router = Router(tags=["exercises"])
Text = Annotated[str, Field(max_length=10_000)]
Short = Annotated[str, Field(max_length=500)]


class ExerciseStepIn(Asked):
    """A step to choose or to leave, and why."""

    text: Short
    is_right: bool = False
    because: Short = ""


class ExerciseIn(Asked):
    """An exercise for a team."""

    team_id: Annotated[int, Field(ge=0, lt=2**62)]
    title: Annotated[str, Field(max_length=200)]
    question: Text
    steps: Annotated[list[ExerciseStepIn], Field(max_length=50)]
    explanation: Text = ""
    position: Annotated[int, Field(ge=0, le=10_000)] = 0
    is_published: bool = False
    version: int | None = None


class ExerciseOut(Schema):
    """An exercise as it is asked. What is right is told with the answer."""

    id: int
    version: int
    team_id: int
    title: str
    question: str
    steps: list[str]
    position: int
    is_published: bool


class ExerciseAnswerIn(Asked):
    """The numbers of the chosen steps, from 0, and the version of the exercise they were read in."""

    chosen: Annotated[list[Annotated[int, Field(ge=0, lt=1000)]], Field(max_length=50)]
    version: int | None = None


class AnswerOut(Schema):
    """One's own last answer, and what is right."""

    is_right: bool
    chosen: list[int]
    tries: int
    right: list[int]
    because: list[str]
    explanation: str


class SolutionOut(Schema):
    """A new solution."""

    article_id: int
    language: str
    title: str
    announced_at: datetime
    is_read: bool


class InterestsIn(Asked):
    """Keys of the categories the caller wants to hear of; none: all."""

    categories: Annotated[list[Annotated[str, Field(max_length=60)]], Field(max_length=500)]


def _exercise(actor: Actor, exercise_id: int) -> Exercise:
    found = policy.exercises_for(actor).select_related("team__organization").filter(pk=exercise_id).first()
    if found is None:
        raise NotFound("There is no such exercise.")
    return found


def _shown(one: Exercise) -> dict[str, Any]:
    names = ("id", "version", "team_id", "title", "question", "position", "is_published")
    return {**{name: getattr(one, name) for name in names}, "steps": [step["text"] for step in one.steps]}


def _sent(asked: ExerciseIn) -> dict[str, Any]:
    team = Team.objects.filter(pk=asked.team_id).select_related("organization").first()
    if team is None:
        raise NotFound("There is no such team.")
    values = asked.model_dump(exclude={"team_id", "steps"})
    return {**values, "team": team, "steps": [Step(s.text, s.is_right, s.because) for s in asked.steps]}


@router.get("/exercises", response=list[ExerciseOut], summary="Exercises, as paths of the teams")
@scope(*WORKING)
def listed(request: HttpRequest) -> list[dict[str, Any]]:
    """By team and place."""
    rows = policy.exercises_for(caller(request)).order_by("team_id", "position", "pk")
    return [_shown(one) for one in rows[:500]]


@router.post("/exercises", response={201: ExerciseOut}, summary="Write an exercise")
@scope(*WORKING)
def write(request: HttpRequest, asked: ExerciseIn) -> tuple[int, dict[str, Any]]:
    """By those who improve the levels below."""
    return 201, _shown(exercises.keep_exercise(None, actor=caller(request), **_sent(asked)))


@router.put("/exercises/{int:exercise_id}", response=ExerciseOut, summary="Change an exercise")
@scope(*WORKING)
def change(request: HttpRequest, exercise_id: int, asked: ExerciseIn) -> dict[str, Any]:
    """Other steps make former answers void."""
    actor = caller(request)
    return _shown(exercises.keep_exercise(_exercise(actor, exercise_id), actor=actor, **_sent(asked)))


@router.delete("/exercises/{int:exercise_id}", response={204: None}, summary="Remove an exercise")
@scope(*WORKING)
def remove(request: HttpRequest, exercise_id: int) -> tuple[int, None]:
    """With what was answered."""
    actor = caller(request)
    exercises.drop_exercise(_exercise(actor, exercise_id), actor=actor)
    return 204, None


@router.put("/exercises/{int:exercise_id}/answer", response=AnswerOut, summary="Answer for oneself")
@scope(*WORKING)
def answer(request: HttpRequest, exercise_id: int, asked: ExerciseAnswerIn) -> dict[str, Any]:
    """Only the last answer is kept, and nobody else is told."""
    actor = caller(request)
    exercise = _exercise(actor, exercise_id)
    attempt = exercises.answer(exercise, actor=actor, chosen=asked.chosen, version=asked.version)
    return {
        "is_right": attempt.is_right,
        "chosen": attempt.chosen,
        "tries": attempt.tries,
        "right": [n for n, step in enumerate(exercise.steps) if step["is_right"]],
        "because": [step["because"] for step in exercise.steps],
        "explanation": exercise.explanation,
    }


@router.delete("/exercises/{int:exercise_id}/answer", response={204: None}, summary="Take one's answer back")
@scope(*WORKING)
def forget(request: HttpRequest, exercise_id: int) -> tuple[int, None]:
    """As if it had not been given."""
    actor = caller(request)
    exercises.forget_answer(_exercise(actor, exercise_id), actor=actor)
    return 204, None


@router.get("/new-solutions", response=list[SolutionOut], summary="New solutions that concern the caller")
@scope(*WORKING)
def new_solutions(request: HttpRequest) -> list[dict[str, Any]]:
    """Newest first. Reading here marks nothing as read."""
    actor = caller(request)
    rows = list(news.news_for(actor).select_related("edition")[:100])
    read = set(
        SolutionRead.objects.filter(announcement__in=rows, person_id=actor.id or 0).values_list(
            "announcement_id", flat=True
        )
    )
    return [
        {
            "article_id": row.edition.article_id, "language": row.edition.language, "title": row.edition.title,
            "announced_at": row.made_at, "is_read": row.pk in read,
        }
        for row in rows
    ]  # fmt: skip


@router.put("/new-solutions/interests", response={204: None}, summary="What the caller wants to hear of")
@scope(*WORKING)
def interests(request: HttpRequest, asked: InterestsIn) -> tuple[int, None]:
    """Unknown keys are left out."""
    found = Category.objects.filter(key__in=asked.categories)
    announcements.choose_interests(actor=caller(request), categories=found)
    return 204, None
