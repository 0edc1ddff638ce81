"""Lessons: with what a level below could have solved a ticket, and what became of it. For those inside the house."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from dreiklang.api.doors import WORKING, caller, scope
from dreiklang.api.shapes import Asked, Page, PersonRef, TeamRef
from dreiklang.api.v1.tickets import person_for, ticket_for
from dreiklang.kernel.errors import NotFound
from dreiklang.kernel.permissions import Actor
from dreiklang.knowledge import policy as knowledge
from dreiklang.knowledge.models import Article
from dreiklang.organizations.models import Person
from dreiklang.training.commands import lessons
from dreiklang.training.models import Lesson
from dreiklang.training.policy import may_look
from dreiklang.training.queries import lessons as queries
from dreiklang.training.queries.effect import PAGE as EFFECTS
from dreiklang.training.queries.effect import done_lessons, effects_of
from dreiklang.training.rules.effect import Effect, wilson

router = Router(tags=["lessons"])
Remedy = Literal["article", "permission", "tool", "training"]
Words = Annotated[str, Field(max_length=lessons.LONGEST)]


class LessonOut(Schema):
    """A lesson. ``outcome``: what was done, or why it was declined."""

    id: int
    version: int
    ticket: int
    remedy: str
    words: str
    state: str
    from_level: int
    to_level: int
    to_team: TeamRef
    category: str | None
    service: str | None
    author: PersonRef | None
    owner: PersonRef | None
    article_id: int | None
    outcome: str
    given_at: datetime
    settled_at: datetime | None


class LessonIn(Asked):
    """With what it could have been solved below; ``team_id``: for whom, the lowest that handed it up if left out."""

    remedies: Annotated[list[Remedy], Field(min_length=1, max_length=4)]
    words: Words = ""
    team_id: int | None = None


class LessonChange(Asked):
    """The written lesson, put right."""

    words: Words
    version: int | None = None


class LessonOwnerIn(Asked):
    """Who sees to it; the caller if left out."""

    person_id: int | None = None


class LessonArticleIn(Asked):
    """The article that is to settle it; null: none any more."""

    article_id: int | None


class SettlementIn(Asked):
    """What was done; for an article, which one."""

    outcome: Words = ""
    article_id: int | None = None


class RefusalIn(Asked):
    """Why it stays with the level above."""

    because: Words


def _person(person: Person | None) -> dict[str, Any] | None:
    return {"id": person.pk, "name": person.name} if person else None


def _shown(lesson: Lesson) -> dict[str, Any]:
    names = ("id", "version", "remedy", "words", "state", "from_level", "to_level", "to_team", "article_id", "outcome")
    return {
        **{name: getattr(lesson, name) for name in (*names, "given_at", "settled_at")},
        "ticket": lesson.ticket.number,
        "category": lesson.category.key if lesson.category else None,
        "service": lesson.service.name if lesson.service else None,
        "author": _person(lesson.author),
        "owner": _person(lesson.owner),
    }


def _found(actor: Actor, lesson_id: int) -> Lesson:
    found = queries.one_lesson(lesson_id, actor=actor)
    if found is None:
        raise NotFound("There is no such lesson.")
    return found


def _article(actor: Actor, article_id: int | None) -> Article | None:
    if article_id is None:
        return None
    edition = knowledge.in_work_for(actor).filter(article_id=article_id).select_related("article").first()
    if edition is None:
        raise NotFound("There is no such article.")
    return edition.article


@router.get("/lessons", response=Page[LessonOut], summary="The worklist of lessons, newest first")
@scope(*WORKING)
def worklist(
    request: HttpRequest,
    heap: Literal["open", "mine", "done", "set_aside"] = "open",
    remedy: Remedy | None = None,
    team_id: Annotated[int | None, Field(ge=0, lt=2**62)] = None,
    cursor: str = "",
) -> dict[str, Any]:
    """``cursor`` comes from ``next``."""
    actor = caller(request)
    before = int(cursor) if cursor.isascii() and cursor.isdigit() and len(cursor) < 18 else None
    rows = queries.worklist(actor=actor, heap=heap, remedy=remedy or "", team_id=team_id, before=before)
    page = rows[: queries.PAGE]
    return {"items": [_shown(one) for one in page], "next": str(page[-1].pk) if len(rows) > queries.PAGE else None}


@router.get("/tickets/{int:number}/lessons", response=Page[LessonOut], summary="What was said of a ticket")
@scope(*WORKING)
def of_ticket(request: HttpRequest, number: int) -> list[dict[str, Any]]:
    """The first first; what was taken back is left out."""
    ticket, actor = ticket_for(request, number)
    return [_shown(_found(actor, one.pk)) for one in queries.lessons_of(ticket, actor=actor)]


@router.post(
    "/tickets/{int:number}/lessons", response={201: list[LessonOut]}, summary="Say what the level below would need"
)
@scope(*WORKING)
def teach(request: HttpRequest, number: int, asked: LessonIn) -> Status[list[dict[str, Any]]]:
    """Each remedy becomes an open point. 409 if the same was said before, 422 for a team that did not hand it up."""
    ticket, actor = ticket_for(request, number)
    if not may_look(actor):
        raise NotFound("There is no such ticket.")
    team = None
    if asked.team_id is not None:
        below = {one.pk: one for one in queries.teams_below(ticket, actor=actor)}
        team = below.get(asked.team_id)
        if team is None:
            raise NotFound("This team did not hand the ticket up.")
    said = lessons.teach(ticket, actor=actor, remedies=asked.remedies, words=asked.words, team=team)
    return Status(201, [_shown(_found(actor, one.pk)) for one in said])


@router.get("/lessons/{int:lesson_id}", response=LessonOut, summary="One lesson")
@scope(*WORKING)
def one(request: HttpRequest, lesson_id: int) -> dict[str, Any]:
    """As the caller may see it."""
    return _shown(_found(caller(request), lesson_id))


class ShareOut(Schema):
    """How many of some cases were handed up, with Wilson's 95 % interval."""

    handed_up: int
    cases: int
    low: float
    high: float


class IntervalOut(Schema):
    """A figure with its 95 % interval."""

    value: float
    low: float
    high: float


class LessonEffectOut(Schema):
    """``change``: by how much the share handed up fell; null below 20 cases on either side, as ``verdict`` says."""

    lesson_id: int
    before: ShareOut
    after: ShareOut
    verdict: str
    change: IntervalOut | None
    handovers_spared: IntervalOut | None


def _effect(lesson_id: int, effect: Effect) -> dict[str, Any]:
    sides = {}
    for name, share in (("before", effect.before), ("after", effect.after)):
        around = wilson(share)
        sides[name] = {"handed_up": share.handed_up, "cases": share.cases, "low": around.low, "high": around.high}
    return {
        "lesson_id": lesson_id, **sides, "verdict": effect.verdict, "change": effect.change,
        "handovers_spared": effect.spared,
    }  # fmt: skip


@router.get("/lessons/{int:lesson_id}/effect", response=LessonEffectOut, summary="What was handed up before and since")
@scope(*WORKING)
def effect(request: HttpRequest, lesson_id: int) -> dict[str, Any]:
    """404 for a lesson that is not done, or has neither category nor service."""
    actor = caller(request)
    lesson = _found(actor, lesson_id)
    found = effects_of([lesson], actor=actor).get(lesson.pk)
    if found is None:
        raise NotFound("There is nothing to count.")
    return _effect(lesson.pk, found)


@router.get("/lesson-effects", response=Page[LessonEffectOut], summary="The effects of lessons that are done")
@scope(*WORKING)
def all_effects(request: HttpRequest, cursor: str = "") -> dict[str, Any]:
    """Newest lesson first; ``cursor`` comes from ``next``."""
    actor = caller(request)
    before = int(cursor) if cursor.isascii() and cursor.isdigit() and len(cursor) < 18 else None
    found = done_lessons(actor=actor, before=before)
    rows = found[:EFFECTS]
    counted = effects_of(rows, actor=actor)
    return {
        "items": [_effect(one.pk, counted[one.pk]) for one in rows if one.pk in counted],
        "next": str(rows[-1].pk) if len(found) > EFFECTS else None,
    }


@router.patch("/lessons/{int:lesson_id}", response=LessonOut, summary="Put its words right")
@scope(*WORKING)
def correct(request: HttpRequest, lesson_id: int, asked: LessonChange) -> dict[str, Any]:
    """409 if it was changed since ``version``."""
    actor = caller(request)
    lessons.correct(_found(actor, lesson_id), actor=actor, words=asked.words, version=asked.version)
    return _shown(_found(actor, lesson_id))


@router.delete("/lessons/{int:lesson_id}", response=LessonOut, summary="Take it back")
@scope(*WORKING)
def withdraw(request: HttpRequest, lesson_id: int) -> dict[str, Any]:
    """By whoever said it, and leads; it stays among what was set aside."""
    actor = caller(request)
    lessons.withdraw(_found(actor, lesson_id), actor=actor)
    return _shown(_found(actor, lesson_id))


@router.put("/lessons/{int:lesson_id}/owner", response=LessonOut, summary="Somebody sees to it")
@scope(*WORKING)
def take(request: HttpRequest, lesson_id: int, asked: LessonOwnerIn) -> dict[str, Any]:
    """The caller, or a member of the house's own teams."""
    actor = caller(request)
    owner = person_for(actor, asked.person_id, "person_id") if asked.person_id is not None else None
    lessons.take(_found(actor, lesson_id), actor=actor, owner=owner)
    return _shown(_found(actor, lesson_id))


@router.delete("/lessons/{int:lesson_id}/owner", response=LessonOut, summary="Nobody sees to it")
@scope(*WORKING)
def release(request: HttpRequest, lesson_id: int) -> dict[str, Any]:
    """It is open again."""
    actor = caller(request)
    lessons.release(_found(actor, lesson_id), actor=actor)
    return _shown(_found(actor, lesson_id))


@router.put("/lessons/{int:lesson_id}/article", response=LessonOut, summary="Which article is to settle it")
@scope(*WORKING)
def tie(request: HttpRequest, lesson_id: int, asked: LessonArticleIn) -> dict[str, Any]:
    """When that is published for the level, the lesson is done by itself."""
    actor = caller(request)
    lessons.tie_article(_found(actor, lesson_id), actor=actor, article=_article(actor, asked.article_id))
    return _shown(_found(actor, lesson_id))


@router.put("/lessons/{int:lesson_id}/settlement", response=LessonOut, summary="The level below has what it needs")
@scope(*WORKING)
def settle(request: HttpRequest, lesson_id: int, asked: SettlementIn) -> dict[str, Any]:
    """422 without saying what was done, or for an article that the level cannot read yet."""
    actor = caller(request)
    article = _article(actor, asked.article_id)
    lessons.settle(_found(actor, lesson_id), actor=actor, outcome=asked.outcome, article=article)
    return _shown(_found(actor, lesson_id))


@router.put("/lessons/{int:lesson_id}/refusal", response=LessonOut, summary="It stays with the level above")
@scope(*WORKING)
def decline(request: HttpRequest, lesson_id: int, asked: RefusalIn) -> dict[str, Any]:
    """With the reason."""
    actor = caller(request)
    lessons.decline(_found(actor, lesson_id), actor=actor, because=asked.because)
    return _shown(_found(actor, lesson_id))


@router.put("/lessons/{int:lesson_id}/reopening", response=LessonOut, summary="Open it again")
@scope(*WORKING)
def reopen(request: HttpRequest, lesson_id: int) -> dict[str, Any]:
    """Whatever became of it."""
    actor = caller(request)
    lessons.reopen(_found(actor, lesson_id), actor=actor)
    return _shown(_found(actor, lesson_id))
