"""Exercises: written, shown, put away; and answered, which stays with whoever answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import F
from django.utils.translation import gettext as _

from dreiklang.kernel import clock
from dreiklang.kernel.command import command, personal
from dreiklang.kernel.errors import Conflict, Invalid, NotFound
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require
from dreiklang.knowledge.models import Article
from dreiklang.teams.models import Team
from dreiklang.training import events, policy
from dreiklang.training.commands.lessons import refuse_long
from dreiklang.training.models import Attempt, Exercise, Lesson
from dreiklang.training.rules.exercises import MOST_STEPS, Step, is_right, steps_of, wrong_steps


@command
def keep_exercise(
    exercise: Exercise | None,
    *,
    actor: Actor,
    team: Team,
    title: str,
    question: str,
    steps: Sequence[Step],
    explanation: str = "",
    position: int = 0,
    is_published: bool = False,
    lesson: Lesson | None = None,
    article: Article | None = None,
    version: int | None = None,
) -> Exercise:
    """Write or change an exercise. Changed steps make former answers void. Raises Invalid by field."""
    require(policy.may_improve(actor))
    if exercise is not None:
        exercise = Exercise.objects.select_for_update().filter(pk=exercise.pk).first()
        if exercise is None:
            raise NotFound
        if version is not None and version != exercise.version:
            raise Conflict(_("Somebody else changed this in the meantime."), current=exercise.version)
    _refuse_wrong(team, title, question, steps, explanation, position)
    kept = exercise or Exercise(version=0, made_at=clock.now(), author_id=actor.id if actor.kind == "person" else None)
    plain = [step.plain() for step in steps]
    if exercise is not None and exercise.steps != plain:
        exercise.attempts.all().delete()
    kept.team, kept.title, kept.question, kept.steps = team, " ".join(title.split()), question.strip(), plain
    kept.explanation, kept.position, kept.is_published = explanation.strip(), position, is_published
    kept.lesson, kept.article = lesson or kept.lesson, article or kept.article
    kept.version += 1
    kept.save()
    publish(events.ExerciseKept(subject_id=kept.pk, team_id=team.pk, is_published=is_published), actor=actor)
    return kept


@command
def drop_exercise(exercise: Exercise, *, actor: Actor) -> None:
    """Remove an exercise with its answers; one that shall only rest is not shown instead."""
    require(policy.may_improve(actor))
    gone = events.ExerciseDropped(subject_id=exercise.pk, team_id=exercise.team_id)
    exercise.delete()
    publish(gone, actor=actor)


@personal
def answer(exercise: Exercise, *, actor: Actor, chosen: Iterable[int], version: int | None = None) -> Attempt:
    """Choose steps. Only the last answer is kept, for the person alone: no journal line tells of it.

    ``version``: of the exercise as it was read; Conflict if its steps may be others now.
    """
    found = Exercise.objects.select_for_update(of=("self",)).filter(pk=exercise.pk).first()
    if found is None:
        raise NotFound
    exercise = found
    require(policy.may_practise(actor, exercise))
    if version is not None and version != exercise.version:
        raise Conflict(_("Somebody else changed this in the meantime."), current=exercise.version)
    steps = steps_of(exercise.steps)
    wanted = sorted({n for n in chosen if 0 <= n < len(steps)})
    values = {"chosen": wanted, "is_right": is_right(steps, wanted), "made_at": clock.now()}
    attempt, is_new = Attempt.objects.get_or_create(exercise=exercise, person_id=actor.person_id, defaults=values)
    if not is_new:
        Attempt.objects.filter(pk=attempt.pk).update(**values, tries=F("tries") + 1)
        attempt.refresh_from_db()
    return attempt


@personal
def forget_answer(exercise: Exercise, *, actor: Actor) -> None:
    """Take one's own answer back, as if it had not been given."""
    Attempt.objects.filter(exercise=exercise, person_id=actor.person_id).delete()


def _refuse_wrong(
    team: Team, title: str, question: str, steps: Sequence[Step], explanation: str, position: int
) -> None:
    if not 1 <= len(" ".join(title.split())) <= 200:
        raise Invalid({"title": [_("It needs a title of at most 200 characters.")]})
    if team.level > 3 or team.organization.kind != "provider":
        raise Invalid({"team": [_("Exercises are for the house's own teams.")]})
    if not question.strip():
        raise Invalid({"question": [_("What is the case?")]})
    refuse_long(question, "question")
    refuse_long(explanation, "explanation")
    if not 0 <= position <= 10_000:
        raise Invalid({"position": [_("A number from 0.")]})
    problem = wrong_steps(steps)
    words = {
        "few": _("There must be two steps at least to choose from."),
        "many": _("At most %(n)d steps.") % {"n": MOST_STEPS},
        "long": _("A step is longer than 500 characters."),
        "none_right": _("No step is right."),
        "all_right": _("Every step is right; there is nothing to choose."),
    }
    if problem:
        raise Invalid({"steps": [words[problem]]})
