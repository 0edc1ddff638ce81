"""Exercises as learning paths: answered for oneself, written by those who improve the levels below."""

from __future__ import annotations

from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _later
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dreiklang.kernel.errors import Conflict, NotFound
from dreiklang.kernel.permissions import Actor
from dreiklang.teams.models import Team
from dreiklang.tickets.models import Message
from dreiklang.training import policy as training
from dreiklang.training.commands import exercises as commands
from dreiklang.training.models import Exercise, Lesson
from dreiklang.training.queries import exercises as queries
from dreiklang.training.queries import lessons as lessons_read
from dreiklang.training.rules.drafting import symptom_of
from dreiklang.training.rules.exercises import MOST_STEPS, Step, steps_of
from dreiklang.web import forms
from dreiklang.web.desk.finding import me
from dreiklang.web.desk.learning import tabs_for
from dreiklang.web.routing import actor_of, policy
from dreiklang.web.sheet import Sheet, typed


class Steps(django_forms.CharField):
    """Steps as lines: ``+`` before a right one, ``-`` before a wrong one, `` | `` before the reason."""

    widget = django_forms.Textarea

    def to_python(self, value: Any) -> Any:
        """The lines as steps."""
        found = []
        for line in (super().to_python(value) or "").splitlines():
            words, _bar, because = line.strip().partition(" | ")
            if words:
                found.append(Step(words.lstrip("+-").strip(), words.startswith("+"), because.strip()))
        return found


class ExerciseSheet(Sheet):
    """An exercise."""

    title = django_forms.CharField(label=_later("Title"), max_length=200)
    team = django_forms.ModelChoiceField(Team.objects.none(), label=_later("For the team"))
    question = django_forms.CharField(
        label=_later("The case as a question"), widget=django_forms.Textarea(attrs={"rows": 5})
    )
    steps = Steps(
        label=_later("Steps to choose"),
        widget=django_forms.Textarea(attrs={"rows": 6}),
        help_text=_later("One a line: + before a right one, - before a wrong one, and after “ | ” why."),
    )
    explanation = django_forms.CharField(
        label=_later("Explanation"), required=False, widget=django_forms.Textarea(attrs={"rows": 4})
    )
    position = django_forms.IntegerField(label=_later("Place on the path"), min_value=0, max_value=10_000, initial=0)
    is_published = django_forms.BooleanField(label=_later("The team sees it"), required=False)
    version = django_forms.IntegerField(widget=django_forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        inside = Team.objects.filter(organization__kind="provider", level__lt=4, is_active=True)
        self.fields["team"].queryset = inside.order_by("level", "name")  # type: ignore[attr-defined]


@require_GET
@policy("desk")
def paths(request: HttpRequest) -> HttpResponse:
    """The learning paths, one's own teams' first, with one's own progress."""
    actor = _insider(request)
    context = {
        "tabs": tabs_for(actor),
        "paths": queries.paths_for(actor),
        "may_write": training.may_improve(actor),
    }
    return render(request, "web/desk/lessons/paths.html", context)


@require_http_methods(["GET", "POST"])
@policy("desk")
def one(request: HttpRequest, exercise_id: int) -> HttpResponse:
    """An exercise to answer; afterwards what is right, and why."""
    actor = _insider(request)
    exercise = _exercise(exercise_id, actor)
    if request.method == "POST":
        sent = forms.read(request, lists=["chosen"])
        chosen = [n for n in map(forms.whole, sent["chosen"]) if n is not None]
        try:
            commands.answer(exercise, actor=actor, chosen=chosen, version=forms.version_of(request))
        except Conflict:
            messages.error(request, _("The exercise was changed meanwhile. Please look at its steps again."))
        return redirect("desk:exercise", exercise_id=exercise.pk)
    own = training.attempts_visible_to(actor).filter(exercise=exercise, person_id=me(actor)).first()
    kept = set(own.chosen) if own else set()
    titles = lessons_read.titles_of([exercise.article_id] if exercise.article_id else [], actor=actor)
    context = {
        "tabs": tabs_for(actor),
        "exercise": exercise,
        "own": own,
        "steps": [(n, step, n in kept) for n, step in enumerate(steps_of(exercise.steps))],
        "edition": titles.get(exercise.article_id or 0),
        "may_write": training.may_improve(actor),
        "results": queries.results_for(exercise, actor=actor),
    }
    return render(request, "web/desk/lessons/exercise.html", context)


@require_POST
@policy("desk")
def forget(request: HttpRequest, exercise_id: int) -> HttpResponse:
    """Once more, as if it had not been answered."""
    actor = _insider(request)
    exercise = _exercise(exercise_id, actor)
    forms.read(request)
    commands.forget_answer(exercise, actor=actor)
    return redirect("desk:exercise", exercise_id=exercise.pk)


@require_http_methods(["GET", "POST"])
@policy("desk")
def new(request: HttpRequest) -> HttpResponse:
    """Write an exercise; from a lesson it begins with its case."""
    actor = _writer(request)
    lesson = lessons_read.one_lesson(forms.whole(request.GET.get("lesson", "")) or 0, actor=actor)
    form = ExerciseSheet(typed(request), initial=_from_lesson(lesson) if lesson else {})
    if request.method == "POST":
        made = form.carry_out(
            lambda sent: commands.keep_exercise(
                None, actor=actor, lesson=lesson, article=lesson.article if lesson else None, **sent
            )
        )
        if made is not None:
            messages.success(request, _("Saved."))
            return redirect("desk:exercise", exercise_id=made.pk)
    context = {"tabs": tabs_for(actor), "form": form, "heading": _("New exercise"), "lesson": lesson}
    return render(request, "web/desk/lessons/exercise_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@policy("desk")
def change(request: HttpRequest, exercise_id: int) -> HttpResponse:
    """Put an exercise right, show it to its team, or put it away."""
    actor = _writer(request)
    exercise = _exercise(exercise_id, actor)
    names = ("title", "team", "question", "explanation", "position", "is_published", "version")
    start = {name: getattr(exercise, name) for name in names}
    start |= {"team": exercise.team_id, "steps": _as_lines(steps_of(exercise.steps))}
    form = ExerciseSheet(typed(request), initial=start)
    if request.method == "POST":
        kept = form.carry_out(lambda sent: commands.keep_exercise(exercise, actor=actor, **sent))
        if kept is not None:
            messages.success(request, _("Saved."))
            return redirect("desk:exercise", exercise_id=kept.pk)
    context = {"tabs": tabs_for(actor), "form": form, "heading": exercise.title, "exercise": exercise}
    return render(request, "web/desk/lessons/exercise_form.html", context, status=422 if form.errors else 200)


@require_POST
@policy("desk")
def remove(request: HttpRequest, exercise_id: int) -> HttpResponse:
    """Gone, with what was answered."""
    actor = _writer(request)
    exercise = _exercise(exercise_id, actor)
    forms.read(request)
    commands.drop_exercise(exercise, actor=actor)
    messages.success(request, _("Removed."))
    return redirect("desk:exercises")


def _from_lesson(lesson: Lesson) -> dict[str, Any]:
    """The case of a lesson as a question, its words as the explanation."""
    first = Message.objects.filter(ticket=lesson.ticket, direction="in").order_by("pk").first()
    requester = lesson.ticket.requester.name
    asked = symptom_of(first.text, (requester, *requester.split())) if first else ""
    return {
        "title": lesson.ticket.subject,
        "team": lesson.to_team_id,
        "question": f"{asked}\n\n{_('What do you do?')}".strip(),
        "explanation": lesson.words,
    }


def _as_lines(steps: list[Step]) -> str:
    lines = []
    for step in steps:
        because = f" | {step.because}" if step.because else ""
        lines.append(f"{'+' if step.is_right else '-'} {step.text}{because}")
    return "\n".join(lines[: MOST_STEPS * 2])


def _exercise(exercise_id: int, actor: Actor) -> Exercise:
    found = training.exercises_for(actor).select_related("team__organization").filter(pk=exercise_id).first()
    if found is None:
        raise NotFound
    return found


def _insider(request: HttpRequest) -> Actor:
    actor = actor_of(request)
    if not training.may_look(actor):
        raise NotFound
    return actor


def _writer(request: HttpRequest) -> Actor:
    actor = _insider(request)
    if not training.may_improve(actor):
        raise NotFound
    return actor
