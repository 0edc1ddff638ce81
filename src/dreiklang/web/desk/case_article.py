"""From a case to its article: what is prepared, what is there already, and which words may leave the house."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from dreiklang.kernel.errors import Conflict, Invalid, NotFound, WrongState
from dreiklang.kernel.permissions import Actor
from dreiklang.knowledge import policy as knowledge
from dreiklang.knowledge.commands import borrowing
from dreiklang.knowledge.models import Article, Borrowed, Edition
from dreiklang.knowledge.queries.search import Found
from dreiklang.knowledge.queries.shown import hits_of
from dreiklang.knowledge.rules.borrowing import still_stands
from dreiklang.tickets.models import Ticket
from dreiklang.training import policy as training
from dreiklang.training.commands import articles
from dreiklang.training.queries import drafting
from dreiklang.training.rules.drafting import Said
from dreiklang.web import forms
from dreiklang.web.components.borrowed_words import source_words
from dreiklang.web.desk.answers import done
from dreiklang.web.desk.finding import ticket_of
from dreiklang.web.routing import actor_of, policy

PARTS = ("symptom", "cause", "solution", "environment")
FIELDS = ("title", *PARTS, "language", "audience", "level", "kind", "into")


@require_http_methods(["GET", "POST"])
@policy("desk")
def write_up(request: HttpRequest, number: int) -> HttpResponse:
    """The prepared article of a case: read through, kept as a draft, or added to one that is there."""
    ticket, actor = ticket_of(request, number)
    if not training.may_look(actor) or not knowledge.may_write(actor):
        raise NotFound
    prepared = drafting.prepared_from(ticket, actor=actor)
    if request.method == "GET":
        start = {name: getattr(prepared, name) for name in ("title", "language", *PARTS)}
        return _form(request, ticket, actor, prepared, {**start, "audience": "internal", "kind": "solution"})
    typed = forms.read(request, *FIELDS, lists=["may_leave"])
    try:
        draft = _write(ticket, actor, typed, prepared.inside)
    except Invalid as refused:
        return _form(request, ticket, actor, prepared, typed, problems=refused.fields, status=422)
    except (Conflict, WrongState) as refused:
        return _form(request, ticket, actor, prepared, typed, problems={"": [str(refused)]}, status=409)
    messages.success(request, _("The draft is kept. Readers do not see it yet."))
    return redirect(f"{reverse('desk:article', args=[draft.article_id])}?language={draft.language}")


def _write(ticket: Ticket, actor: Actor, typed: dict[str, Any], inside: list[Said]) -> Edition:
    parts = articles.Parts(**{name: typed[name] for name in PARTS})
    ticked = {n for n in map(forms.whole, typed["may_leave"]) if n is not None}
    may_leave = [said.text for n, said in enumerate(inside) if n in ticked]
    if typed["into"]:
        edition = knowledge.in_work_for(actor).filter(pk=forms.whole(typed["into"]) or 0).first()
        if edition is None:
            raise NotFound
        return articles.add_to(ticket, edition, actor=actor, parts=parts, may_leave=may_leave).edition
    return articles.write_up(
        ticket,
        actor=actor,
        title=typed["title"],
        parts=parts,
        language=typed["language"] if typed["language"] in ("de", "en") else "en",
        audience=typed["audience"],
        level=forms.whole(typed["level"]),
        kind=typed["kind"],
        may_leave=may_leave,
    ).edition


def _form(
    request: HttpRequest,
    ticket: Ticket,
    actor: Actor,
    prepared: drafting.Prepared,
    typed: dict[str, Any],
    *,
    problems: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    text = " \n ".join(str(typed.get(name, "")) for name in ("title", *PARTS))
    ticked = {n for n in map(forms.whole, typed.get("may_leave", ())) if n is not None}
    like = drafting.articles_like(ticket, prepared.symptom, actor=actor)
    editable = set(
        knowledge.in_work_for(actor).filter(pk__in=[h.edition.pk for h in like]).values_list("pk", flat=True)
    )
    shown = hits_of(Found(like, prepared.language, {}), ticket.subject)
    context = {
        "ticket": ticket,
        "typed": typed,
        "problems": problems or {},
        "inside": [
            (n, said.text, source_words(said.source), n in ticked)
            for n, said in enumerate(prepared.inside)
            if still_stands(said.text, text)
        ],
        "like": [(hit, hit.edition.pk in editable) for hit in shown],
        "uses": [use.article_id for use in drafting.uses_of(ticket)],
        "parts": [
            ("symptom", _("How to recognise it"), _("In the requester's words; names and numbers are left out."), 4),
            ("cause", _("Cause"), _("From what was found."), 4),
            ("solution", _("Solution"), _("From what helped, and from what came back solved."), 7),
            ("environment", _("Environment"), _("Category, service and what was asked."), 4),
        ],
        "audiences": Edition.Audience.choices,
        "kinds": Article.Kind.choices,
    }
    return render(request, "web/desk/lessons/write_up.html", context, status=status)


@require_POST
@policy("desk")
def use(request: HttpRequest, number: int, article_id: int) -> HttpResponse:
    """This article answers the case."""
    ticket, actor = ticket_of(request, number)
    forms.read(request)
    articles.use_article(ticket, _article(article_id, actor), actor=actor)
    return done(request, ticket, _("Noted: solved with this article."))


@require_POST
@policy("desk")
def drop_use(request: HttpRequest, number: int, article_id: int) -> HttpResponse:
    """It was not this one."""
    ticket, actor = ticket_of(request, number)
    forms.read(request)
    articles.drop_use(ticket, _article(article_id, actor), actor=actor)
    return done(request, ticket, _("Taken back."))


def _article(article_id: int, actor: Actor) -> Article:
    edition = knowledge.in_work_for(actor).filter(article_id=article_id).select_related("article").first()
    if edition is None:
        raise NotFound
    return edition.article


@require_POST
@policy("desk")
def may_leave(request: HttpRequest, borrowed_id: int) -> HttpResponse:
    """Words from inside were read and may leave the house; or, with ``back``, may not after all."""
    actor = actor_of(request)
    typed = forms.read(request, "back")
    found = Borrowed.objects.filter(pk=borrowed_id, edition__in=knowledge.in_work_for(actor)).first()
    if found is None:
        raise NotFound
    if typed["back"]:
        borrowing.doubt_borrowed(found, actor=actor)
    else:
        borrowing.confirm_borrowed(found, actor=actor)
    messages.success(request, _("Saved."))
    edition = found.edition
    return redirect(f"{reverse('desk:article', args=[edition.article_id])}?language={edition.language}")
