"""Pages of views: all there are, one as a table, its rows alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from dreiklang.kernel.counting import count_words, counts
from dreiklang.kernel.permissions import Actor
from dreiklang.organizations.rules import sort_key
from dreiklang.tickets import policy as tickets
from dreiklang.tickets.models import SavedView, ViewPin
from dreiklang.tickets.queries.conditions import filtered, mistake_words, understood, vocabulary_for
from dreiklang.tickets.queries.views import Reading, readings_of, view_of, views_for
from dreiklang.tickets.rules.conditions import Mistake, write
from dreiklang.web.desk.finding import me
from dreiklang.web.desk.saved import table, words
from dreiklang.web.routing import actor_of, policy

LONGEST = 200


@require_GET
@policy("desk")
def listed(request: HttpRequest) -> HttpResponse:
    """All views somebody may use: own ones, shared ones, those that come with the desk; with their counts."""
    actor = actor_of(request)
    readings = readings_of(list(views_for(actor)), actor=actor)
    counted = counts({str(r.view.pk): r.found for r in readings if not r.mistake})
    pinned = set(ViewPin.objects.filter(person_id=me(actor)).values_list("view_id", flat=True))
    rows = [_entry(reading, actor, counted, pinned) for reading in readings]
    rows.sort(key=lambda row: sort_key(row["name"]))
    groups = {key: [row for row in rows if row["group"] == key] for key in ("own", "shared", "ready")}
    return render(request, "web/desk/saved/list.html", {"groups": groups, "at": "views"})


def _entry(reading: Reading, actor: Actor, counted: dict[str, int], pinned: set[int]) -> dict[str, Any]:
    view = reading.view
    group = "ready" if view.owner_id is None else ("own" if view.owner_id == me(actor) else "shared")
    return {
        "view": view,
        "name": view.name_in(get_language() or "en"),
        "group": group,
        "whose": words.audience_words(view, actor),
        "count": count_words(counted.get(str(view.pk), 0)),
        "mistake": reading.mistake,
        "is_pinned": view.pk in pinned,
        "may_change": tickets.may_change_view(actor, view),
    }


@require_GET
@policy("desk")
def one(request: HttpRequest, view_id: int) -> HttpResponse:
    """A view as a table."""
    actor = actor_of(request)
    view = view_of(view_id, actor=actor)
    context = table_context(request, view, actor)
    language = get_language() or "en"
    vocabulary = vocabulary_for(actor)
    reading = context["reading"]
    counted = counts({"all": reading.found})["all"]
    context |= {
        "conditions": write(reading.tree, vocabulary, language[:2]) if not reading.mistake else view.conditions,
        "whose": words.audience_words(view, actor),
        "count": count_words(counted),
        "is_pinned": ViewPin.objects.filter(person_id=me(actor), view=view).exists(),
        "may_change": tickets.may_change_view(actor, view),
        "at": f"view-{view.pk}",
    }
    return render(request, "web/desk/saved/view.html", context)


@require_GET
@policy("desk")
def rows(request: HttpRequest, view_id: int) -> HttpResponse:
    """The rows alone: as many as were shown, anew because something happened; or the next ones."""
    actor = actor_of(request)
    view = view_of(view_id, actor=actor)
    template = "rows" if request.GET.get("after") else "table"
    return render(request, f"web/desk/saved/{template}.html", table_context(request, view, actor))


def table_context(request: HttpRequest, view: SavedView, actor: Actor) -> dict[str, Any]:
    """What the table's templates read."""
    reading = narrowed(readings_of([view], actor=actor)[0], words_of(request), actor=actor)
    after = request.GET.get("after", "")
    size = table.PAGE if after else table.known_size(request.GET.getlist("shown"))
    found = table.page_of(reading, actor=actor, after=after, size=size, grouping=request.GET.get("group", ""))
    name = view.name_in(get_language() or "en")
    last = next((group.name for group in reversed(found.groups) if group.name), request.GET.get("group", ""))
    return {
        "view": view, "name": name, "reading": reading, "table": found, "last_group": last,
        "narrowed_by": words_of(request),
    }  # fmt: skip


def words_of(request: HttpRequest) -> str:
    """What was typed into the line above the table."""
    return request.GET.get("q", "").strip()[:LONGEST]


def narrowed(reading: Reading, typed: str, *, actor: Actor) -> Reading:
    """A view, and of it what fits some more words and conditions; what cannot be read finds nothing and says why."""
    if not typed or reading.mistake:
        return reading
    try:
        tree = understood(typed, actor=actor, is_search=True)
        found = filtered(reading.found, tree, actor=actor)
    except Mistake as mistake:
        return replace(reading, found=reading.found.none(), narrowing_mistake=mistake_words(mistake))
    return replace(reading, found=found)
