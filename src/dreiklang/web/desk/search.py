"""Find: the page with everything that fits."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from dreiklang.kernel.permissions import Actor
from dreiklang.knowledge.queries.search import search
from dreiklang.knowledge.queries.shown import ShownHit, hits_of
from dreiklang.organizations import policy as organizations
from dreiklang.organizations import queries as people
from dreiklang.organizations.models import Person
from dreiklang.tickets import policy as tickets
from dreiklang.tickets.queries import found_for
from dreiklang.web import forms
from dreiklang.web.routing import actor_of, policy

PAGE = 30
LONGEST = 200
ARTICLES = 5


@require_GET
@policy("desk")
def page(request: HttpRequest) -> HttpResponse:
    """All that fits. A number of a ticket that is there leads to it at once."""
    actor, words = actor_of(request), request.GET.get("q", "").strip()[:LONGEST]
    number = forms.whole(words.lstrip("#"))
    if number is not None and tickets.visible_to(actor).filter(number=number).exists():
        return redirect("desk:ticket", number=number)
    before = forms.whole(request.GET.get("before", ""))
    found = found_for(words, actor=actor, before=before, limit=PAGE)
    context = {
        "words": words,
        "found": found,
        "older": found.tickets[-1].pk if found.has_more else None,
        "articles": _articles(words, actor) if words and before is None and not found.mistake else [],
        "people": _people(words, actor)[:PAGE] if words and before is None else [],
    }
    return render(request, "web/desk/search.html", context)


def _articles(words: str, actor: Actor) -> list[ShownHit]:
    return hits_of(search(words, actor=actor, limit=ARTICLES), words)


def _people(words: str, actor: Actor) -> QuerySet[Person]:
    seen = organizations.persons_visible_to(actor).filter(is_active=True)
    return people.found_persons(seen, words).select_related("organization").order_by("sort_key", "id")
