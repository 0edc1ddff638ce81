"""The palette: one line that finds tickets, persons, organisations, views and settings while one types.

What the page itself can do is added by its script from the page; here stands what only the desk knows. Every part
passes through the rights of its package. Without words: what one opened last.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from dreiklang.kernel.permissions import Actor
from dreiklang.knowledge.queries.search import search
from dreiklang.organizations import policy as organizations
from dreiklang.organizations import queries as people
from dreiklang.organizations.models import Organization, Person
from dreiklang.organizations.rules import folded, sort_key
from dreiklang.tickets.queries import found_for
from dreiklang.tickets.queries.reading import lately_read
from dreiklang.tickets.queries.views import views_for
from dreiklang.tickets.rules.conditions import quoted
from dreiklang.web.control import sections
from dreiklang.web.desk.completing import offers_for
from dreiklang.web.desk.recent import persons_lately_opened
from dreiklang.web.routing import AUDIENCES, actor_of, policy

LONGEST = 200
TICKETS, PEOPLE, ARTICLES, ORGANIZATIONS, VIEWS, SETTINGS = 6, 4, 3, 3, 4, 4


@dataclass(frozen=True)
class Hit:
    """A page that fits the words."""

    name: str
    url: str
    hint: str = ""
    icon: str = ""


@require_GET
@policy("desk")
def find(request: HttpRequest) -> HttpResponse:
    """What fits the words typed so far, and how they could go on."""
    actor, typed = actor_of(request), request.GET.get("q", "")[:LONGEST]
    words = typed.strip()
    context = _found(words, typed, actor) if words else _recent(actor)
    return render(request, "web/desk/palette.html", {"words": words, **context})


def _recent(actor: Actor) -> dict[str, Any]:
    return {
        "is_recent": True,
        "tickets": lately_read(actor=actor, limit=TICKETS),
        "people": persons_lately_opened(actor)[:PEOPLE],
    }


def _found(words: str, typed: str, actor: Actor) -> dict[str, Any]:
    found = found_for(words, actor=actor, limit=TICKETS)
    length, offered = offers_for(typed, actor)
    kept = typed[: len(typed) - length]
    return {
        "tickets": found.tickets,
        "mistake": found.mistake,
        "people": _people(words, actor),
        "articles": _articles(typed, actor),
        "organizations": _organizations(words, actor),
        "views": _views(words, actor),
        "settings": _settings(words, actor),
        "offers": [(one, kept + one.text + ("" if one.text.endswith(":") else " ")) for one in offered],
    }


def _people(words: str, actor: Actor) -> list[Person]:
    seen = organizations.persons_visible_to(actor).filter(is_active=True)
    found = people.found_persons(seen, words).select_related("organization")
    return list(found.order_by("sort_key", "id")[:PEOPLE])


def _articles(typed: str, actor: Actor) -> list[Hit]:
    return [
        Hit(
            hit.edition.title or hit.edition.article.key,
            reverse("desk:article", args=[hit.edition.article_id], query={"language": hit.edition.language}),
            hit.edition.language.upper(),
            "book",
        )
        for hit in search(typed, actor=actor, limit=ARTICLES, is_typing=True).hits
    ]


def _organizations(words: str, actor: Actor) -> list[Hit]:
    """Organisations lead to their tickets; who may change them, to their page in control."""
    sought = sort_key(words)
    if not sought:
        return []
    seen = organizations.visible_to(actor).filter(is_active=True, sort_key__contains=sought).order_by("sort_key", "id")
    may_change = actor.has(AUDIENCES["control"])
    return [
        Hit(
            one.name,
            reverse("control:organization", args=[one.pk])
            if may_change
            else reverse("desk:search", query={"q": f"customer:{quoted(one.name)}"}),
            str(Organization.Kind(one.kind).label),
            "building",
        )
        for one in seen[:ORGANIZATIONS]
    ]


def _views(words: str, actor: Actor) -> list[Hit]:
    wanted, language = folded(words).split(), get_language() or "en"
    named = [(view, view.name_in(language)) for view in views_for(actor)]
    return [
        Hit(name, reverse("desk:view", args=[view.pk]), icon="layout-list")
        for view, name in named
        if all(word in folded(name) for word in wanted)
    ][:VIEWS]


def _settings(words: str, actor: Actor) -> list[Hit]:
    """Sections of control, for those who may open it."""
    if not actor.has(AUDIENCES["control"]):
        return []
    return [Hit(str(one.name), one.url, icon=one.icon) for one in sections.found(words)[:SETTINGS]]
