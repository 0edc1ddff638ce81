"""What is made ready: the pages where text blocks, macros and runbooks are kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dreiklang.communication.rules import fill
from dreiklang.kernel.errors import NotFound
from dreiklang.kernel.permissions import Actor
from dreiklang.routines import policy as routines
from dreiklang.routines import rules
from dreiklang.routines.commands import keeping
from dreiklang.routines.models import Macro, Runbook, Shared, TextBlock
from dreiklang.web.desk import routine_sheets as sheets
from dreiklang.web.routing import actor_of, policy
from dreiklang.web.sheet import typed


@dataclass(frozen=True)
class Kind:
    """One kind of what is made ready."""

    slug: str
    model: type[Shared]
    sheet: type[sheets.RoutineSheet]
    keep: Callable[..., Shared]
    remove: Callable[..., None]
    icon: str
    many: Any
    new: Any
    hint: Any


KINDS = {
    kind.slug: kind
    for kind in (
        Kind(
            "text-blocks", TextBlock, sheets.TextBlockSheet, keeping.keep_text_block, keeping.remove_text_block,
            "template", gettext_lazy("Text blocks"), gettext_lazy("New text block"),
            gettext_lazy("Type :: and a few letters while you write."),
        ),
        Kind(
            "macros", Macro, sheets.MacroSheet, keeping.keep_macro, keeping.remove_macro,
            "bolt", gettext_lazy("Macros"), gettext_lazy("New macro"),
            gettext_lazy("Several deeds on a ticket as one: press m on a ticket."),
        ),
        Kind(
            "runbooks", Runbook, sheets.RunbookSheet, keeping.keep_runbook, keeping.remove_runbook,
            "checklist", gettext_lazy("Runbooks"), gettext_lazy("New runbook"),
            gettext_lazy("Steps beside the tickets of a category; a ticked step is logged as work."),
        ),
    )
}  # fmt: skip


@require_GET
@policy("desk")
def listed(request: HttpRequest) -> HttpResponse:
    """All three, as far as one may use them."""
    actor = actor_of(request)
    parts = [{"kind": kind, "rows": _rows(kind, actor)} for kind in KINDS.values()]
    return render(request, "web/desk/routines.html", {"parts": parts})


def _rows(kind: Kind, actor: Actor) -> list[Shared]:
    found = routines.visible_to(actor, kind.model).select_related("owner", "team", "author")
    return list(found.order_by("-is_active", "name", "id")[:300])


@require_http_methods(["GET", "POST"])
@policy("desk")
def new(request: HttpRequest, slug: str) -> HttpResponse:
    """Make one."""
    kind, actor = _kind(slug), actor_of(request)
    form = kind.sheet(typed(request), actor=actor)
    if request.method == "POST":
        made = form.carry_out(lambda sent: kind.keep(None, actor=actor, **sent))
        if made is not None:
            messages.success(request, _("Saved."))
            return redirect("desk:routine", slug, made.pk)
    return _page(request, kind, None, form)


@require_http_methods(["GET", "POST"])
@policy("desk")
def one(request: HttpRequest, slug: str, routine_id: int) -> HttpResponse:
    """Change one, or look at one that is others'."""
    kind, actor = _kind(slug), actor_of(request)
    found = _found(kind, routine_id, actor)
    form = kind.sheet(typed(request), initial=kind.sheet.start_of(found), actor=actor)
    if request.method == "POST":
        kept = form.carry_out(lambda sent: kind.keep(found, actor=actor, **sent))
        if kept is not None:
            messages.success(request, _("Saved."))
            return redirect("desk:routine", slug, found.pk)
    return _page(request, kind, found, form)


@require_POST
@policy("desk")
def remove(request: HttpRequest, slug: str, routine_id: int) -> HttpResponse:
    """Remove one."""
    kind, actor = _kind(slug), actor_of(request)
    kind.remove(_found(kind, routine_id, actor), actor=actor)
    messages.success(request, _("Removed."))
    return redirect("desk:routines")


def _kind(slug: str) -> Kind:
    if slug not in KINDS:
        raise NotFound
    return KINDS[slug]


def _found(kind: Kind, routine_id: int, actor: Actor) -> Shared:
    found = routines.visible_to(actor, kind.model).filter(pk=routine_id).first()
    if found is None:
        raise NotFound
    return found


def _page(request: HttpRequest, kind: Kind, found: Shared | None, form: sheets.RoutineSheet) -> HttpResponse:
    """The form, with what it would say: placeholders filled in with an example."""
    previews = []
    if "words_de" in form.fields:
        for language in sheets.LANGUAGES:
            text = str(form[f"words_{language}"].value() or "")
            if text.strip():
                previews.append((language, fill(text, _example(language))))
    context = {
        "kind": kind, "found": found, "form": form, "previews": previews,
        "may_change": found is None or routines.may_change(actor_of(request), found),
        "placeholders": sorted(rules.PLACEHOLDERS) if "words_de" in form.fields else [],
    }  # fmt: skip
    return render(request, "web/desk/routine.html", context, status=422 if form.errors else 200)


def _example(language: str) -> dict[str, str]:
    german = language == "de"
    return {
        "number": "20417", "name": "Rita Weber", "customer": "Klinikum Aschertal", "agent": "Alan Yildiz",
        "team": "Service Desk", "link": "…/portal/tickets/20417/",
        "day": "25. November 2026" if german else "25 November 2026",
        "subject": "Etikettendrucker druckt nicht" if german else "Label printer does not print",
    }  # fmt: skip
