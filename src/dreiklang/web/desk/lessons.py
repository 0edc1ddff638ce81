"""The worklist of lessons, and one lesson with what becomes of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dreiklang.kernel.errors import Conflict, Invalid, NotFound, WrongState
from dreiklang.kernel.permissions import Actor
from dreiklang.knowledge import policy as knowledge
from dreiklang.knowledge.models import Article
from dreiklang.teams.models import Team
from dreiklang.training import policy as training
from dreiklang.training.commands import lessons
from dreiklang.training.lifecycle import UNSETTLED
from dreiklang.training.models import Lesson
from dreiklang.training.queries import lessons as queries
from dreiklang.training.queries.effect import effects_of, others_meanwhile
from dreiklang.web import forms
from dreiklang.web.desk import effects
from dreiklang.web.desk.classification import language
from dreiklang.web.desk.learning import tabs_for
from dreiklang.web.routing import actor_of, policy

#: Articles that may answer what an article was asked for: so many are offered.
MOST_ARTICLES = 200


@require_GET
@policy("desk")
def worklist(request: HttpRequest) -> HttpResponse:
    """What is to be done so that the levels below can do more, newest first."""
    actor = _insider(request)
    heap = request.GET.get("list", "open")
    remedy = request.GET.get("remedy", "")
    if heap not in queries.HEAPS or remedy not in ("", *Lesson.Remedy.values):
        raise NotFound
    team = forms.whole(request.GET.get("team", ""))
    before = forms.whole(request.GET.get("before", ""))
    found = queries.worklist(actor=actor, heap=heap, remedy=remedy, team_id=team, before=before)
    rows = found[: queries.PAGE]
    titles = queries.titles_of([row.article_id for row in rows if row.article_id], actor=actor)
    names = {"open": _("Open"), "mine": _("Mine"), "done": _("Done"), "set_aside": _("Declined or taken back")}
    context = {
        "tabs": tabs_for(actor),
        "heap": heap,
        "remedy": remedy,
        "team": team,
        "heaps": [(key, names[key], count) for key, count in queries.heaps_for(actor).items()],
        "remedies": Lesson.Remedy.choices,
        "teams": list(Team.objects.filter(organization__kind="provider", level__lt=4, is_active=True)
                      .order_by("level", "name")),
        "rows": [(row, titles.get(row.article_id or 0), _category(row)) for row in rows],
        "older": rows[-1].pk if len(found) > queries.PAGE else None,
    }  # fmt: skip
    return render(request, "web/desk/lessons/worklist.html", context)


@require_http_methods(["GET", "POST"])
@policy("desk")
def one(request: HttpRequest, lesson_id: int) -> HttpResponse:
    """One lesson; its written words are put right here."""
    actor = _insider(request)
    lesson = _lesson(lesson_id, actor)
    if request.method == "GET":
        return _shown(request, lesson, actor)
    typed = forms.read(request, "words")
    try:
        lessons.correct(lesson, actor=actor, words=typed["words"], version=forms.version_of(request))
    except (Invalid, Conflict) as refused:
        return _refused(request, lesson, actor, refused, typed)
    messages.success(request, _("Saved."))
    return redirect("desk:lesson", lesson_id=lesson.pk)


def _take(lesson: Lesson, actor: Actor, typed: dict[str, str]) -> str:
    wanted = forms.whole(typed["owner"])
    owner = next((p for p in queries.who_can_see_to() if p.pk == wanted), None)
    if typed["owner"] and owner is None:
        raise Invalid({"owner": [_("Only members of the house's own teams can see to it.")]})
    lessons.take(lesson, actor=actor, owner=owner)
    return _("%(name)s sees to it.") % {"name": owner.name} if owner else _("You see to it.")


def _release(lesson: Lesson, actor: Actor, typed: dict[str, str]) -> str:
    lessons.release(lesson, actor=actor)
    return _("Nobody sees to it now.")


def _settle(lesson: Lesson, actor: Actor, typed: dict[str, str]) -> str:
    wanted = forms.whole(typed["article"])
    article = Article.objects.filter(pk=wanted).first() if wanted else None
    lessons.settle(lesson, actor=actor, outcome=typed["outcome"], article=article)
    return _("Done: level %(level)s can do this now.") % {"level": lesson.to_level}


def _tie(lesson: Lesson, actor: Actor, typed: dict[str, str]) -> str:
    wanted = forms.whole(typed["article"])
    article = Article.objects.filter(pk=wanted).first() if wanted else None
    lessons.tie_article(lesson, actor=actor, article=article)
    return _("Saved.")


def _decline(lesson: Lesson, actor: Actor, typed: dict[str, str]) -> str:
    lessons.decline(lesson, actor=actor, because=typed["because"])
    return _("Declined.")


def _withdraw(lesson: Lesson, actor: Actor, typed: dict[str, str]) -> str:
    lessons.withdraw(lesson, actor=actor)
    return _("Taken back.")


def _reopen(lesson: Lesson, actor: Actor, typed: dict[str, str]) -> str:
    lessons.reopen(lesson, actor=actor)
    return _("Open again.")


DEEDS: dict[str, Callable[[Lesson, Actor, dict[str, str]], str]] = {
    "owner": _take,
    "release": _release,
    "settlement": _settle,
    "article": _tie,
    "refusal": _decline,
    "withdrawal": _withdraw,
    "reopening": _reopen,
}


@require_POST
@policy("desk")
def deed(request: HttpRequest, lesson_id: int, name: str) -> HttpResponse:
    """One step of a lesson: taken on, given back, settled, tied to an article, declined, taken back, reopened."""
    actor = _insider(request)
    lesson = _lesson(lesson_id, actor)
    if name not in DEEDS:
        raise NotFound
    typed = forms.read(request, "owner", "outcome", "article", "because")
    try:
        messages.success(request, DEEDS[name](lesson, actor, typed))
    except (Invalid, WrongState) as refused:
        return _refused(request, lesson, actor, refused, typed)
    return redirect("desk:lesson", lesson_id=lesson.pk)


def _refused(
    request: HttpRequest, lesson: Lesson, actor: Actor, refused: Invalid | Conflict | WrongState, typed: dict[str, Any]
) -> HttpResponse:
    """The page again, with what was typed and what is wrong with it."""
    is_wrong_value = isinstance(refused, Invalid)
    problems = refused.fields if isinstance(refused, Invalid) else {"": [str(refused)]}
    return _shown(request, lesson, actor, typed=typed, problems=problems, status=422 if is_wrong_value else 409)


def _shown(
    request: HttpRequest,
    lesson: Lesson,
    actor: Actor,
    *,
    typed: dict[str, Any] | None = None,
    problems: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    titles = queries.titles_of([lesson.article_id] if lesson.article_id else [], actor=actor)
    may_see_to = training.may_see_to(actor, lesson)
    is_open = lesson.state in UNSETTLED
    context = {
        "tabs": tabs_for(actor),
        "lesson": lesson,
        "category": _category(lesson),
        "edition": titles.get(lesson.article_id or 0),
        "is_open": is_open,
        "may_see_to": may_see_to,
        "may_withdraw": training.may_withdraw(actor, lesson),
        "told": effects.told(effects_of([lesson], actor=actor).get(lesson.pk)) if lesson.state == "done" else None,
        "others": others_meanwhile(lesson, actor=actor) if lesson.state == "done" else 0,
        "is_mine": actor.kind == "person" and lesson.owner_id == actor.id,
        "helpers": queries.who_can_see_to() if may_see_to and is_open else [],
        "articles": _articles(actor) if may_see_to and is_open and lesson.remedy == Lesson.Remedy.ARTICLE else [],
        "typed": typed or {"words": lesson.words, "article": str(lesson.article_id or "")},
        "problems": problems or {},
    }
    return render(request, "web/desk/lessons/lesson.html", context, status=status)


def _articles(actor: Actor) -> list[tuple[int, str]]:
    """Articles to choose from, each once, by title."""
    rows = knowledge.in_work_for(actor).order_by("sort_key", "pk").values_list("article_id", "title")
    found: dict[int, str] = {}
    for article_id, title in rows[: 2 * MOST_ARTICLES]:
        found.setdefault(article_id, title)
    return list(found.items())[:MOST_ARTICLES]


def _category(lesson: Lesson) -> str:
    return lesson.category.name_in(language()) if lesson.category else ""


def _insider(request: HttpRequest) -> Actor:
    actor = actor_of(request)
    if not training.may_look(actor):
        raise NotFound
    return actor


def _lesson(lesson_id: int, actor: Actor) -> Lesson:
    found = queries.one_lesson(lesson_id, actor=actor)
    if found is None:
        raise NotFound
    return found
