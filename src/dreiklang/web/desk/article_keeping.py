"""Articles at the desk: written, reviewed, published, compared, withdrawn."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dreiklang.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, WrongState
from dreiklang.kernel.permissions import Actor
from dreiklang.knowledge import policy as knowledge
from dreiklang.knowledge.commands import describing, writing
from dreiklang.knowledge.models import Article, Edition, Revision
from dreiklang.knowledge.queries import reading
from dreiklang.web import forms
from dreiklang.web.components.articles import article_html
from dreiklang.web.desk import article_sheets as sheets
from dreiklang.web.desk.article_writing import marks, skeletons
from dreiklang.web.desk.articles import page_of
from dreiklang.web.routing import actor_of, policy
from dreiklang.web.sheet import Sheet, typed

COMPARED_LINES = 4_000


@require_http_methods(["GET", "POST"])
@policy("desk")
def new(request: HttpRequest) -> HttpResponse:
    """Begin an article."""
    actor = _writer(request)
    form = sheets.NewArticleSheet(typed(request), initial=_beginning())
    if request.method == "POST":
        draft = form.carry_out(lambda sent: writing.write(None, actor=actor, **{**sent, "revision": None}))
        if draft is not None:
            messages.success(request, _("The draft is kept. Readers do not see it yet."))
            return _to(draft.edition)
    return _form(request, form, _("New article"))


@require_http_methods(["GET", "POST"])
@policy("desk")
def edit(request: HttpRequest, article_id: int, language: str) -> HttpResponse:
    """Go on with the draft of an edition, begin the next, or translate into a language that is missing."""
    actor = _writer(request)
    edition = reading.edition_for(article_id, language, actor=actor, in_work=True)
    is_translation = edition.language != language
    if is_translation and Edition.objects.filter(article=edition.article, language=language).exists():
        raise NotFound
    form = sheets.TextSheet(typed(request), initial={} if is_translation else _start(edition))
    if request.method == "POST":
        draft = form.carry_out(
            lambda sent: writing.write(
                edition.article,
                actor=actor,
                language=language,
                audience=edition.audience,
                level=edition.level,
                customer=edition.customer,
                **sent,
            )
        )
        if draft is not None:
            messages.success(request, _("The draft is kept. Readers do not see it yet."))
            return _to(draft.edition)
    beside = article_html(edition.body, is_html=edition.is_html) if is_translation else ""
    title = _("Translate") if is_translation else _("Edit")
    return _form(request, form, title, edition=edition, beside=beside, language=language)


@require_http_methods(["GET", "POST"])
@policy("desk")
def description(request: HttpRequest, article_id: int) -> HttpResponse:
    """What the article is, who looks after it, what it is about."""
    actor = _writer(request)
    edition = reading.edition_for(article_id, get_language() or "en", actor=actor, in_work=True)
    article = edition.article
    start = {
        "kind": article.kind, "owner": article.owner_id, "check_by": article.check_by, "tags": article.tags,
        "services": list(article.services.values_list("pk", flat=True)), "version": article.version,
    }  # fmt: skip
    form = sheets.DescriptionSheet(typed(request), initial=start)
    if request.method == "POST":
        kept = form.carry_out(lambda sent: describing.describe(article, actor=actor, **sent))
        if kept is not None:
            messages.success(request, _("Saved."))
            return _to(edition)
    return _form(request, form, _("What it is about"), edition=edition)


@require_http_methods(["GET", "POST"])
@policy("desk")
def audience(request: HttpRequest, article_id: int, language: str) -> HttpResponse:
    """Who may read an edition."""
    actor = _writer(request)
    edition = _edition(article_id, language, actor)
    start = {"audience": edition.audience, "level": edition.level, "customer": edition.customer_id}
    form = sheets.AudienceSheet(typed(request), initial=start)
    if request.method == "POST":
        try:
            kept = form.carry_out(lambda sent: describing.set_audience(edition, actor=actor, **sent))
        except NotAllowed as refused:
            form.add_error(None, str(refused))
            kept = None
        if kept:
            messages.success(request, _("Saved."))
            return _to(edition)
    return _form(request, form, _("Who may read it"), edition=edition)


@require_GET
@policy("desk")
def revision(request: HttpRequest, article_id: int, language: str, number: int) -> HttpResponse:
    """An older text, and what was changed since or before."""
    actor = _writer(request)
    edition = _edition(article_id, language, actor)
    shown = _revision(edition, number)
    other_number = forms.whole(request.GET.get("with", "")) or number - 1
    other = Revision.objects.filter(edition=edition, number=other_number).first()
    context = {
        "edition": edition,
        "article": edition.article,
        "shown": shown,
        "other": other,
        "lines": _compared(other, shown) if other else [],
        "html": article_html(shown.body, is_html=shown.is_html),
        "numbers": list(edition.revisions.exclude(number=number).values_list("number", flat=True)[:100]),
        "has_draft": reading.draft_of(edition) is not None,
    }
    return render(request, "web/desk/articles/revision.html", context)


DEEDS: dict[str, Callable[..., Any]] = {
    "review": writing.submit,
    "publication": writing.publish,
    "withdrawal": writing.withdraw,
    "sending-back": writing.send_back,
    "discarding": writing.discard,
    "restoration": writing.restore,
    "answer": describing.answer_feedback,
}


@require_POST
@policy("desk")
def deed(request: HttpRequest, article_id: int, language: str, name: str) -> HttpResponse:
    """One step of an edition: submitted, published, sent back, withdrawn, given up, taken up again, answered."""
    actor = _writer(request)
    edition = _edition(article_id, language, actor)
    sent = forms.read(request, "because", "revision")
    number = forms.whole(sent["revision"])
    extra: dict[str, Any] = {}
    if name == "publication":
        extra = {"revision": number}
    elif name == "sending-back":
        extra = {"because": sent["because"]}
    elif name == "restoration":
        extra = {"number": number or 0}
    if name not in DEEDS:
        raise NotFound
    subject: Article | Edition = edition.article if name == "answer" else edition
    try:
        DEEDS[name](subject, actor=actor, **extra)
    except (Invalid, Conflict, WrongState) as refused:
        context = {**page_of(edition, actor), "problem": str(refused), "typed": sent}
        return render(request, "web/desk/articles/article.html", context, status=409)
    messages.success(request, _done_words(name))
    return _to(edition)


def _done_words(name: str) -> str:
    return {
        "review": _("Waits for review."),
        "publication": _("Published."),
        "withdrawal": _("Withdrawn. Every revision is still there."),
        "sending-back": _("Sent back."),
        "discarding": _("The draft is given up; its text stays among the revisions."),
        "restoration": _("The older text is a draft again."),
        "answer": _("Noted: what readers missed was looked at."),
    }[name]


def _writer(request: HttpRequest) -> Actor:
    actor = actor_of(request)
    if not knowledge.may_write(actor):
        raise NotFound
    return actor


def _edition(article_id: int, language: str, actor: Actor) -> Edition:
    edition = reading.edition_for(article_id, language, actor=actor, in_work=True)
    if edition.language != language:
        raise NotFound
    return edition


def _revision(edition: Edition, number: int) -> Revision:
    found = Revision.objects.filter(edition=edition, number=number).select_related("author").first()
    if found is None:
        raise NotFound
    return found


def _beginning() -> dict[str, Any]:
    return {"language": get_language(), "body": skeletons()[Article.Kind.SOLUTION].strip()}


def _start(edition: Edition) -> dict[str, Any]:
    newest = edition.revisions.first()
    if newest is None:
        return {}
    shown = newest if newest.state in ("draft", "review") else edition
    return {"title": shown.title, "body": shown.body, "revision": newest.number}


def _compared(old: Revision, new: Revision) -> list[tuple[str, str]]:
    """Lines with their sign: ``-`` gone, ``+`` new, blank the same; what stays far from any change is left out."""
    before = [old.title, *old.body.split("\n")][:COMPARED_LINES]
    after = [new.title, *new.body.split("\n")][:COMPARED_LINES]
    lines = difflib.unified_diff(before, after, lineterm="", n=2)
    return [(line[:1], line[1:]) for line in lines if not line.startswith(("---", "+++"))]


def _to(edition: Edition) -> HttpResponse:
    return redirect(f"{reverse('desk:article', args=[edition.article_id])}?language={edition.language}")


def _form(request: HttpRequest, form: Sheet, heading: str, **more: Any) -> HttpResponse:
    context = {"form": form, "heading": heading, **more}
    if "body" in form.fields:
        actor = actor_of(request)
        context["marks"] = marks()
        context["preview"] = article_html(
            str(form["body"].value() or ""), readable=knowledge.visible_to(actor), shows_broken=True
        )
        if "kind" in form.fields:
            context["skeletons"] = skeletons().items()
    return render(request, "web/desk/articles/form.html", context, status=422 if form.errors else 200)
