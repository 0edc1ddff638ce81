"""The form a view is made and changed with: conditions as words or as rows, what they find shown while one types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from dreiklang.kernel.counting import count_words, counts
from dreiklang.kernel.errors import Conflict, Invalid
from dreiklang.kernel.permissions import Actor
from dreiklang.teams.models import Team
from dreiklang.tickets import policy as tickets
from dreiklang.tickets.commands import views as commands
from dreiklang.tickets.models import SavedView
from dreiklang.tickets.queries.conditions import (
    filtered,
    mistake_words,
    understood,
    vocabulary_for,
)
from dreiklang.tickets.queries.views import view_of
from dreiklang.tickets.rules import conditions as grammar
from dreiklang.tickets.rules import views as rules
from dreiklang.tickets.rules.conditions import Form, Mistake, Node, Vocabulary
from dreiklang.web import forms
from dreiklang.web.desk.saved import fields, words
from dreiklang.web.routing import actor_of, policy

LOOKS = ("name", "sorting", "grouping", "audience", "team", "role")
SHOWN = 5


@dataclass
class Typed:
    """What stands in the form now."""

    values: dict[str, Any]
    text: str
    form: Form | None
    is_form: bool
    tree: Node | None
    mistake: str = ""


@require_http_methods(["GET", "POST"])
@policy("desk")
def new(request: HttpRequest) -> HttpResponse:
    """A new view; ``?q=`` brings the conditions of a search along."""
    actor = actor_of(request)
    if request.method == "GET":
        text = request.GET.get("q", "").strip()[:2000]
        started = {"sorting": rules.USUAL_SORTING, "columns": list(rules.USUAL_COLUMNS), "audience": "private"}
        return _page(request, actor, _typed(started, text, actor))
    return _sent(request, actor, None)


@require_http_methods(["GET", "POST"])
@policy("desk")
def settings(request: HttpRequest, view_id: int) -> HttpResponse:
    """Change a view."""
    actor = actor_of(request)
    view = view_of(view_id, actor=actor)
    if request.method == "GET":
        values: dict[str, Any] = {name: getattr(view, name) for name in ("sorting", "grouping", "audience", "role")}
        values |= {"columns": view.columns, "team": str(view.team_id or ""), "version": view.version}
        values["name"] = view.name_in(get_language() or "en")
        return _page(request, actor, _typed(values, view.conditions, actor), view)
    return _sent(request, actor, view)


def _sent(request: HttpRequest, actor: Actor, view: SavedView | None) -> HttpResponse:
    """Save; or, for a button inside the form, show the conditions the other way and save nothing."""
    sent = _read(request, actor)
    deed = request.POST.get("deed", "save")
    if deed != "save":
        return _page(request, actor, fields.changed(sent, deed), view)
    try:
        if sent.mistake:
            raise Invalid({"conditions": [sent.mistake]})
        given = _given(sent, actor)
        if view is None:
            kept = commands.make_view(actor=actor, **given)
        else:
            kept = commands.change_view(view, actor=actor, version=forms.version_of(request), **given)
    except (Invalid, Conflict) as refusal:
        problems: Mapping[str, list[Any]] = refusal.fields if isinstance(refusal, Invalid) else {"": [str(refusal)]}
        status = 409 if isinstance(refusal, Conflict) else 422
        return _page(request, actor, sent, view, problems=problems, status=status)
    messages.success(request, _("Saved."))
    return redirect("desk:view", view_id=kept.pk)


def _given(sent: Typed, actor: Actor) -> dict[str, Any]:
    values = sent.values
    team = Team.objects.filter(pk=forms.whole(str(values["team"])) or 0).first()
    return {
        "name": values["name"],
        "conditions": sent.text,
        "columns": values["columns"],
        "sorting": values["sorting"],
        "grouping": values["grouping"],
        "audience": values["audience"],
        "team": team,
        "role": values["role"],
    }


def _read(request: HttpRequest, actor: Actor) -> Typed:
    names = (*LOOKS, "conditions", "mode", "join", "deed")
    sent = forms.read(request, *names, lists=["columns", "field", "operator", "value"])
    values = {name: sent[name] for name in LOOKS} | {"columns": sent["columns"]}
    values["version"] = request.POST.get("version", "")
    if sent["mode"] != "form":
        return _typed(values, sent["conditions"], actor)
    return _typed_rows(values, fields.rows_of(sent), actor)


def _typed(values: dict[str, Any], text: str, actor: Actor) -> Typed:
    """The form with conditions as words; they stand in the reader's language once they can be read."""
    vocabulary, language = vocabulary_for(actor), _language()
    try:
        tree = understood(text, actor=actor)
    except Mistake as mistake:
        return Typed(values, text, None, False, None, mistake_words(mistake))
    form = grammar.as_form(tree, vocabulary, language)
    return Typed(values, grammar.write(tree, vocabulary, language), form, False, tree)


def _typed_rows(values: dict[str, Any], form: Form, actor: Actor) -> Typed:
    """The form with conditions as rows."""
    vocabulary, language = vocabulary_for(actor), _language()
    try:
        text = grammar.write(grammar.from_form(form, vocabulary), vocabulary, language)
        return Typed(values, text, form, True, understood(text, actor=actor))
    except Mistake as mistake:
        return Typed(values, "", form, True, None, fields.row_mistake(form, mistake, vocabulary))


def _language() -> str:
    return (get_language() or "en")[:2]


def _page(
    request: HttpRequest,
    actor: Actor,
    typed: Typed,
    view: SavedView | None = None,
    *,
    problems: Mapping[str, list[Any]] | None = None,
    status: int = 200,
) -> HttpResponse:
    vocabulary = vocabulary_for(actor)
    context = {
        "view": view,
        "typed": typed,
        "problems": problems or {},
        "rows": fields.shown_rows(typed.form or Form(()), vocabulary, _language()) if typed.is_form else [],
        "columns": _column_choices(typed.values["columns"], vocabulary),
        "sortings": words.sorting_choices(_own_fields([str(typed.values["sorting"]).removeprefix("-")], vocabulary)),
        "groupings": words.grouping_choices(),
        "audiences": SavedView.Audience.choices,
        "teams": [t for t in Team.objects.filter(is_active=True).order_by("level", "name") if _may_share(actor, t)],
        "roles": [(role, words.role_words(role)) for role in tickets.ROLE_RIGHTS],
        "may_share_widely": tickets.may_share_widely(actor),
        "sheet": fields.sheet_of(vocabulary, _language()),
        "at": f"view-{view.pk}" if view else "views",
        **_preview(typed, actor),
    }
    return render(request, "web/desk/saved/edit.html", context, status=status)


def _may_share(actor: Actor, team: Team) -> bool:
    return tickets.may_share_with(actor, team)


def _column_choices(chosen: list[str], vocabulary: Vocabulary) -> list[dict[str, Any]]:
    """Every column: those that are chosen first, in their order."""
    own = _own_fields(chosen, vocabulary)
    known = (*rules.COLUMNS, *(f"{rules.OWN_FIELD}{key}" for key in own))
    ordered = [*(key for key in chosen if key in known), *(key for key in known if key not in chosen)]
    return [{"key": key, "name": name, "is_on": key in chosen} for key, name in words.labels_of(ordered, own)]


def _own_fields(chosen: list[str], vocabulary: Vocabulary) -> dict[str, str]:
    """Own fields that may be shown or sorted by, with their names; deleted ones only where they are chosen already."""
    return {
        key.removeprefix(rules.OWN_FIELD): one.label or key
        for key, one in vocabulary.fields.items()
        if key.startswith(rules.OWN_FIELD) and (not one.is_deleted or key in chosen)
    }


def _preview(typed: Typed, actor: Actor) -> dict[str, Any]:
    """What the conditions find now: how many, and the newest few."""
    if typed.tree is None:
        return {"count": "", "some": []}
    found = filtered(tickets.visible_to(actor), typed.tree, actor=actor)
    some = found.order_by("-pk").values_list("number", "subject", "level", named=True)[:SHOWN]
    return {"count": count_words(counts({"all": found})["all"]), "some": list(some)}


@require_POST
@policy("desk")
def preview(request: HttpRequest) -> HttpResponse:
    """What the conditions in the form would find, while one types."""
    actor = actor_of(request)
    typed = _read(request, actor)
    context = {"typed": typed, **_preview(typed, actor)}
    return render(request, "web/desk/saved/preview.html", context)
