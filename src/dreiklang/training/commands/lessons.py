"""A lesson from its first word to what became of it: said, put right, taken on, settled, declined, taken back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from dreiklang.escalation.models import HandBack
from dreiklang.kernel import clock
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Conflict, Invalid, NotFound, WrongState
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require
from dreiklang.knowledge import policy as knowledge
from dreiklang.knowledge.models import Article
from dreiklang.organizations.models import Person
from dreiklang.teams.models import Team
from dreiklang.tickets.models import Ticket
from dreiklang.tickets.rules import first_words
from dreiklang.training import events, policy
from dreiklang.training.lifecycle import LESSON
from dreiklang.training.models import Lesson
from dreiklang.training.queries.lessons import is_readable_on, level_of_teacher, teams_below, who_can_see_to

LONGEST = 10_000


@command
def teach(
    ticket: Ticket,
    *,
    actor: Actor,
    remedies: Sequence[str],
    words: str = "",
    team: Team | None = None,
    hand_back: HandBack | None = None,
) -> list[Lesson]:
    """Say that a level below could have solved this, with one or more remedies; each becomes an open point.

    ``team``: whom it is for, of those below that handed it up; the lowest of them if nobody is named. Raises Invalid by
    field, WrongState ``already_said`` if the same was said of the ticket before.
    """
    ticket = Ticket.objects.get(pk=ticket.pk)  # what it is about may have been said since the caller read it
    require(policy.may_teach(actor, ticket))
    wanted = list(dict.fromkeys(remedies))
    if not wanted or any(remedy not in Lesson.Remedy.values for remedy in wanted):
        raise Invalid({"remedies": [_("Please say with what it could have been solved below.")]})
    refuse_long(words, "words")
    below = teams_below(ticket, actor=actor)
    chosen = team or next(iter(below), None)
    if chosen is None or chosen not in below:
        raise Invalid({"team": [_("This team did not hand the ticket up.")]})
    level, team_id = level_of_teacher(ticket, actor=actor)
    said = []
    for remedy in wanted:
        lesson = Lesson(
            ticket=ticket, hand_back=hand_back, remedy=remedy, words=words.strip(), from_level=level,
            from_team_id=team_id, to_level=chosen.level, to_team=chosen, category_id=ticket.category_id,
            service_id=ticket.service_id, author_id=_person(actor), given_at=clock.now(),
        )  # fmt: skip
        _kept_once(lesson)
        publish(
            events.LessonGiven(
                **_about(lesson), from_level=level, to_level=chosen.level, to_team_id=chosen.pk, gist=first_words(words)
            ),
            actor=actor,
        )
        said.append(lesson)
    return said


@command
def correct(lesson: Lesson, *, actor: Actor, words: str, version: int | None = None) -> Lesson:
    """Put the written lesson right. Raises Conflict if it was changed meanwhile."""
    lesson = _held(lesson)
    require(policy.may_withdraw(actor, lesson) or policy.may_see_to(actor, lesson))
    if version is not None and version != lesson.version:
        raise Conflict(_("Somebody else changed this in the meantime."), current=lesson.version)
    refuse_long(words, "words")
    lesson.words = words.strip()
    _written(lesson, "words")
    publish(events.LessonCorrected(**_about(lesson), gist=first_words(words)), actor=actor)
    return lesson


@command
def take(lesson: Lesson, *, actor: Actor, owner: Person | None = None) -> Lesson:
    """See to it oneself, or give it to somebody of the house's own teams."""
    lesson = _held(lesson)
    require(policy.may_see_to(actor, lesson))
    _move(lesson, "take")
    wanted = owner.pk if owner is not None else actor.person_id
    if owner is not None and owner.pk not in {person.pk for person in who_can_see_to()}:
        raise Invalid({"owner": [_("Only members of the house's own teams can see to it.")]})
    former, lesson.owner_id = lesson.owner_id, wanted
    _written(lesson, "state", "owner")
    publish(events.LessonTaken(**_about(lesson), owner_id=wanted, former_owner_id=former), actor=actor)
    return lesson


@command
def release(lesson: Lesson, *, actor: Actor) -> Lesson:
    """Nobody sees to it for now."""
    lesson = _held(lesson)
    require(policy.may_see_to(actor, lesson))
    _move(lesson, "release")
    former, lesson.owner_id = lesson.owner_id, None
    _written(lesson, "state", "owner")
    publish(events.LessonReleased(**_about(lesson), former_owner_id=former), actor=actor)
    return lesson


@command
def settle(lesson: Lesson, *, actor: Actor, outcome: str = "", article: Article | None = None) -> Lesson:
    """The level below has what it needs. An article must be one that it can read; for the rest: what was done."""
    lesson = _held(lesson)
    require(actor.is_system or policy.may_see_to(actor, lesson))
    refuse_long(outcome, "outcome")
    if article is not None:
        _refuse_foreign(article, actor)
        lesson.article = article
    if lesson.remedy == Lesson.Remedy.ARTICLE:
        if lesson.article_id is None:
            raise Invalid({"article": [_("Which article? Write one, or name one that is there.")]})
        if not is_readable_on(lesson.article_id, lesson.to_level):
            raise Invalid({"article": [_("This article is not published for that level yet.")]})
    elif not outcome.strip():
        raise Invalid({"outcome": [_("What was done? One sentence is enough.")]})
    _move(lesson, "settle")
    lesson.outcome = outcome.strip()
    _end(lesson, actor)
    _written(lesson, "state", "article", "outcome", "settled_at", "settled_by")
    told = events.LessonSettled(**_about(lesson), article_id=lesson.article_id, outcome=first_words(lesson.outcome))
    publish(told, actor=actor)
    return lesson


@command
def decline(lesson: Lesson, *, actor: Actor, because: str) -> Lesson:
    """It stays with the level above. Raises Invalid without a reason."""
    lesson = _held(lesson)
    require(policy.may_see_to(actor, lesson))
    refuse_long(because, "because")
    if not because.strip():
        raise Invalid({"because": [_("Please say why it stays with the level above.")]})
    _move(lesson, "decline")
    lesson.outcome = because.strip()
    _end(lesson, actor)
    _written(lesson, "state", "outcome", "settled_at", "settled_by")
    publish(events.LessonDeclined(**_about(lesson), because=first_words(because)), actor=actor)
    return lesson


@command
def withdraw(lesson: Lesson, *, actor: Actor) -> Lesson:
    """Take it back: said too soon."""
    lesson = _held(lesson)
    require(policy.may_withdraw(actor, lesson))
    _move(lesson, "withdraw")
    _end(lesson, actor)
    _written(lesson, "state", "settled_at", "settled_by")
    publish(events.LessonWithdrawn(**_about(lesson)), actor=actor)
    return lesson


@command
def reopen(lesson: Lesson, *, actor: Actor) -> Lesson:
    """An open point again, whatever became of it. Raises WrongState if the same was said anew meanwhile."""
    lesson = _held(lesson)
    require(policy.may_see_to(actor, lesson) or policy.may_withdraw(actor, lesson))
    former = lesson.state
    _move(lesson, "reopen")
    lesson.settled_at = lesson.settled_by_id = None
    lesson.owner_id, lesson.outcome = None, ""
    lesson.version += 1
    _kept_once(lesson)
    publish(events.LessonReopened(**_about(lesson), former=former), actor=actor)
    return lesson


@command
def tie_article(lesson: Lesson, *, actor: Actor, article: Article | None) -> Lesson:
    """Say which article is to settle it; when that is published, the lesson is settled. None: no longer this one."""
    lesson = _held(lesson)
    require(policy.may_see_to(actor, lesson) or policy.may_withdraw(actor, lesson))
    if article is not None:
        _refuse_foreign(article, actor)
    lesson.article = article
    _written(lesson, "article")
    publish(events.LessonTiedToArticle(**_about(lesson), article_id=lesson.article_id), actor=actor)
    return lesson


def refuse_long(words: str, name: str) -> None:
    """Refuse what is too long to be read."""
    if len(words) > LONGEST:
        raise Invalid({name: [_("This text is too long.")]})


def _refuse_foreign(article: Article, actor: Actor) -> None:
    if not actor.is_system and not knowledge.in_work_for(actor).filter(article=article).exists():
        raise Invalid({"article": [_("There is no such article.")]})


def _held(lesson: Lesson) -> Lesson:
    found = Lesson.objects.select_for_update().filter(pk=lesson.pk).first()
    if found is None:
        raise NotFound
    return found


def _move(lesson: Lesson, verb: str) -> None:
    step = LESSON.step(verb, lesson.state)
    if step is None:
        raise WrongState(_("This lesson has changed in the meantime."), code="lesson_changed")
    lesson.state = step.target


def _end(lesson: Lesson, actor: Actor) -> None:
    lesson.settled_at, lesson.settled_by_id = clock.now(), _person(actor)


def _written(lesson: Lesson, *fields: str) -> None:
    lesson.version += 1
    lesson.save(update_fields=[*fields, "version"])


def _kept_once(lesson: Lesson) -> None:
    try:
        with transaction.atomic():
            lesson.save()
    except IntegrityError as twice:
        raise WrongState(_("This was said of the ticket already."), code="already_said") from twice


def _person(actor: Actor) -> int | None:
    return actor.id if actor.kind == "person" else None


def _about(lesson: Lesson) -> dict[str, Any]:
    return {"subject_id": lesson.pk, "ticket_id": lesson.ticket_id, "remedy": lesson.remedy}
