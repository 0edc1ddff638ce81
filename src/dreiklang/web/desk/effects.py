"""What lessons changed: handovers of their kind before and after, and the tickets behind each figure."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from dreiklang.kernel.errors import NotFound
from dreiklang.kernel.permissions import Actor
from dreiklang.training import policy as training
from dreiklang.training.models import Lesson
from dreiklang.training.queries import effect as queries
from dreiklang.training.queries import lessons as lessons_read
from dreiklang.training.rules.effect import FEWEST, Effect, Interval, wilson
from dreiklang.web import forms
from dreiklang.web.desk.classification import language
from dreiklang.web.desk.learning import tabs_for
from dreiklang.web.routing import actor_of, policy

MOST_TICKETS = 200


@require_GET
@policy("desk")
def page(request: HttpRequest) -> HttpResponse:
    """Each lesson that is done, with what was handed up before and since."""
    actor = _insider(request)
    before = forms.whole(request.GET.get("before", ""))
    found = queries.done_lessons(actor=actor, before=before)
    rows = found[: queries.PAGE]
    effects = queries.effects_of(rows, actor=actor)
    titles = lessons_read.titles_of([row.article_id for row in rows if row.article_id], actor=actor)
    context = {
        "tabs": tabs_for(actor),
        "rows": [(row, titles.get(row.article_id or 0), kind_words(row), told(effects.get(row.pk))) for row in rows],
        "older": rows[-1].pk if len(found) > queries.PAGE else None,
        "fewest": FEWEST,
    }
    return render(request, "web/desk/lessons/effects.html", context)


@require_GET
@policy("desk")
def counted(request: HttpRequest, lesson_id: int, part: str) -> HttpResponse:
    """The tickets behind one figure."""
    actor = _insider(request)
    lesson = lessons_read.one_lesson(lesson_id, actor=actor)
    if lesson is None or lesson.state != "done" or part not in queries.PARTS:
        raise NotFound
    if not lesson.category_id and not lesson.service_id:
        raise NotFound
    rows = list(queries.cases_of(lesson, part, actor=actor).order_by("-opened_at", "-pk")[: MOST_TICKETS + 1])
    context = {
        "tabs": tabs_for(actor),
        "lesson": lesson,
        "kind": kind_words(lesson),
        "rows": rows[:MOST_TICKETS],
        "is_cut": len(rows) > MOST_TICKETS,
        "most": MOST_TICKETS,
        "heading": {
            "before": _("Cases before"),
            "before_up": _("Handed up before"),
            "after": _("Cases since"),
            "after_up": _("Handed up since"),
        }[part],
    }
    return render(request, "web/desk/lessons/counted.html", context)


def kind_words(lesson: Lesson) -> str:
    """What kind of cases a lesson is about: its category, else its service."""
    if lesson.category is not None:
        return lesson.category.name_in(language())
    return lesson.service.name if lesson.service is not None else ""


def told(effect: Effect | None) -> dict[str, Any] | None:
    """An effect in words: shares in percent with their intervals, the change, and what follows from it."""
    if effect is None:
        return None
    words: dict[str, Any] = {"effect": effect, "verdict": effect.verdict, "sides": []}
    for part, name, share in (("before", _("before"), effect.before), ("after", _("since then"), effect.after)):
        interval = wilson(share)
        words["sides"].append(
            {
                "part": part,
                "name": name,
                "share": share,
                "words": f"{_percent(share.value)} ({_percent(interval.low)}–{_percent(interval.high)})"
                if effect.is_told
                else "",
                "width": round(share.value * 100),
            }
        )
    words["sentence"] = _sentence(effect)
    return words


def _sentence(effect: Effect) -> str:
    change, spared = effect.change, effect.spared
    if change is None or spared is None:
        return ngettext(
            "Nothing is said yet: %(n)d more case is needed.",
            "Nothing is said yet: %(n)d more cases are needed.",
            effect.missing,
        ) % {"n": effect.missing}
    if effect.verdict == "fewer":
        words = _("%(points)s points fewer handed up (95 %%: %(low)s to %(high)s): about %(spared)s handovers spared")
    elif effect.verdict == "more":
        words = _("More is handed up than before: %(points)s points (95 %%: %(low)s to %(high)s)")
    else:
        words = _("No difference shown: %(points)s points fewer (95 %%: %(low)s to %(high)s)")
    shown = _turned(change) if effect.verdict == "more" else change
    return words % {
        "points": _number(shown.value * 100),
        "low": _number(shown.low * 100),
        "high": _number(shown.high * 100),
        "spared": _number(spared.value),
    }


def _turned(interval: Interval) -> Interval:
    return Interval(-interval.value, -interval.high, -interval.low)


def _percent(value: float) -> str:
    return f"{_number(value * 100)} %"


def _number(value: float) -> str:
    """A whole number, with the reader's minus."""
    rounded = round(value)
    return ("−" if rounded < 0 else "") + formats.number_format(abs(rounded))


def _insider(request: HttpRequest) -> Actor:
    actor = actor_of(request)
    if not training.may_look(actor):
        raise NotFound
    return actor
