"""Articles at the desk: found, read, said whether they helped."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from dreiklang.kernel.errors import Invalid
from dreiklang.kernel.permissions import Actor
from dreiklang.knowledge import policy as knowledge
from dreiklang.knowledge.commands import describing
from dreiklang.knowledge.commands.using import count_reading
from dreiklang.knowledge.models import Edition, Feedback
from dreiklang.knowledge.queries import links, reading
from dreiklang.knowledge.queries.borrowing import standing_in
from dreiklang.knowledge.queries.files import files_of
from dreiklang.knowledge.queries.search import search
from dreiklang.knowledge.queries.shown import hits_of
from dreiklang.knowledge.rules import markup
from dreiklang.tickets import policy as tickets
from dreiklang.tickets.models import Ticket
from dreiklang.training.commands.announcements import note_reading
from dreiklang.training.models import ArticleUse
from dreiklang.training.policy import may_look
from dreiklang.training.queries.drafting import counted_uses, uses_of
from dreiklang.training.queries.lessons import titles_of
from dreiklang.web import forms
from dreiklang.web.components.articles import article_html
from dreiklang.web.components.borrowed_words import source_words
from dreiklang.web.desk.finding import me
from dreiklang.web.routing import actor_of, policy

PAGE = 30
BESIDE_A_TICKET = 3
LONGEST = 2_000


@require_GET
@policy("desk")
def listed(request: HttpRequest) -> HttpResponse:
    """What answers a question; without one, what is new and what waits for somebody."""
    actor, words = actor_of(request), request.GET.get("q", "").strip()[:LONGEST]
    heap = request.GET.get("list", "")
    context: dict[str, Any] = {
        "words": words,
        "heap": heap,
        "heaps": [(key, _heap_names()[key], count) for key, count in reading.heaps_for(actor).items()],
        "may_write": knowledge.may_write(actor),
    }
    if words:
        found = search(words, actor=actor, limit=PAGE)
        context |= {"hits": hits_of(found, words), "meant": found.meant, "is_newest_only": found.is_newest_only}
    elif heap:
        rows = reading.heap_page(heap, actor=actor, after=forms.whole(request.GET.get("after", "")), limit=PAGE + 1)
        context |= {"page": rows[:PAGE], "after": rows[PAGE - 1].pk if len(rows) > PAGE else None}
    else:
        context["newest"] = reading.newest(actor=actor)
    return render(request, "web/desk/articles/list.html", context)


@require_GET
@policy("desk")
def one(request: HttpRequest, article_id: int) -> HttpResponse:
    """An article to read, with what stands around it for those who keep it."""
    actor = actor_of(request)
    language = request.GET.get("language") or get_language() or "en"
    edition = reading.edition_for(article_id, language, actor=actor, in_work=True)
    count_reading(edition, actor=actor)
    if edition.is_published and actor.kind == "person" and may_look(actor):
        note_reading(edition, actor=actor)
    return render(request, "web/desk/articles/article.html", page_of(edition, actor))


def page_of(edition: Edition, actor: Actor) -> dict[str, Any]:
    """What the page of an article shows."""
    yes, no = reading.helped(edition.article)
    draft = reading.draft_of(edition) if knowledge.may_write(actor) else None
    shown = edition if edition.is_published or draft is None else draft
    own = Feedback.objects.filter(edition=edition, person_id=me(actor)).first()
    missed = Feedback.objects.filter(edition__article_id=edition.article_id, helped=False, answered_at=None)
    return {
        "edition": edition,
        "article": edition.article,
        "title": shown.title or markup.first_line(shown.body, is_html=shown.is_html),
        "html": article_html(
            shown.body,
            is_html=shown.is_html,
            readable=knowledge.visible_to(actor),
            language=edition.language,
            shows_broken=knowledge.may_write(actor),
        ),
        "steps_key": f"steps-{edition.pk}-{shown.pk}",
        "files": files_of(edition) if knowledge.may_write(actor) else [],
        "leading": links.leading_to(edition.article, actor=actor),
        "broken": links.broken_of(edition) if knowledge.may_write(actor) else [],
        "draft": draft,
        "editions": reading.editions_beside(edition, actor=actor),
        "missing_languages": _missing(edition, actor),
        "is_outdated": reading.is_outdated(edition),
        "revisions": list(edition.revisions.select_related("author").defer("body")[:30])
        if knowledge.may_write(actor)
        else [],
        "services": list(edition.article.services.order_by("sort_key")),
        "yes": yes,
        "no": no,
        "own": own,
        "missed": list(missed.select_related("person").order_by("-given_at")[:10]) if no else [],
        "may_write": knowledge.may_write(actor),
        "may_review": knowledge.may_review(actor),
        "used": counted_uses(edition.article_id) if may_look(actor) else 0,
        "borrowed": [(one, source_words(one.source)) for one in standing_in(edition, f"{shown.title}\n{shown.body}")]
        if knowledge.may_write(actor)
        else [],
    }


@require_POST
@policy("desk")
def feedback(request: HttpRequest, edition_id: int) -> HttpResponse:
    """It helped, or it did not, because."""
    actor = actor_of(request)
    edition = knowledge.visible_to(actor).filter(pk=edition_id).select_related("article").first()
    typed = forms.read(request, "helped", "because")
    if edition is not None:
        try:
            describing.give_feedback(edition, actor=actor, helped=typed["helped"] == "yes", because=typed["because"])
            messages.success(request, _("Thank you, noted."))
        except Invalid as refused:
            context = {**page_of(edition, actor), "problem": str(refused), "typed": typed}
            return render(request, "web/desk/articles/article.html", context, status=422)
        return redirect(f"{reverse('desk:article', args=[edition.article_id])}?language={edition.language}")
    return redirect("desk:articles")


def panel_of(ticket: Ticket, actor: Actor) -> dict[str, Any]:
    """The articles that answer a ticket best, by its subject and what it began with."""
    first = ticket.messages.order_by("pk").values_list("text", flat=True).first() or ""
    question = f"{ticket.subject} {ticket.subject} {first[:400]}"
    found = search(question, actor=actor, limit=BESIDE_A_TICKET)
    may_use = may_look(actor) and tickets.may_work(actor, ticket)
    return {
        "ticket": ticket,
        "hits": hits_of(found, ticket.subject),
        "may_use": may_use,
        "uses": _uses(ticket, actor) if may_use else [],
    }


def _uses(ticket: Ticket, actor: Actor) -> list[tuple[ArticleUse, Edition]]:
    """The articles this case became or was solved with, as far as the reader may know of them."""
    uses = uses_of(ticket)
    titles = titles_of([use.article_id for use in uses], actor=actor)
    return [(use, titles[use.article_id]) for use in uses if use.article_id in titles]


def _heap_names() -> dict[str, str]:
    return {
        "drafts": _("Drafts"),
        "review": _("In review"),
        "disputed": _("Disputed by readers"),
        "check": _("To be checked"),
        "unowned": _("Looked after by nobody"),
        "broken": _("With links to nothing"),
    }


def _missing(edition: Edition, actor: Actor) -> list[str]:
    if not knowledge.may_write(actor):
        return []
    there = set(Edition.objects.filter(article_id=edition.article_id).values_list("language", flat=True))
    return [language for language in ("de", "en") if language not in there]
