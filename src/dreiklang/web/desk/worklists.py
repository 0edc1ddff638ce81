"""The worklist pages, the rail, and what is done to several tickets at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from dreiklang.kernel.errors import Invalid, Refusal
from dreiklang.kernel.permissions import Actor
from dreiklang.tickets import policy as tickets
from dreiklang.tickets.commands import assignment, resolution
from dreiklang.tickets.models import Ticket
from dreiklang.web import forms
from dreiklang.web.desk import lists
from dreiklang.web.desk.answers import is_fragment
from dreiklang.web.desk.finding import myself
from dreiklang.web.desk.rail import counted_for, rail_of
from dreiklang.web.routing import actor_of, policy

MOST_AT_ONCE = 100
LONGEST_LINE = 200


@require_GET
@policy("desk")
def start(request: HttpRequest) -> HttpResponse:
    """To the list where one's work is."""
    return redirect("desk:worklist", key=lists.first_key(actor_of(request)))


@require_GET
@policy("desk")
def worklist(request: HttpRequest, key: str) -> HttpResponse:
    """A list, with room for the ticket beside it."""
    actor, narrowing, typed = actor_of(request), narrowing_of(request.GET), typed_in(request.GET)
    counted = counted_for(actor).get(key)
    found = lists.worklist_of(key, actor=actor, narrowing=narrowing, typed=typed, counted=counted)
    return render(request, "web/desk/frame.html", {"worklist": found, "at": key})


@require_GET
@policy("desk")
def rows(request: HttpRequest, key: str) -> HttpResponse:
    """The rows alone: loaded anew when something happened, or the next ones of a group."""
    actor = actor_of(request)
    narrowing, typed = narrowing_of(request.GET), typed_in(request.GET)
    context: dict[str, Any] = {"open_number": forms.whole(request.GET.get("open", ""))}
    if kind := request.GET.get("group", ""):
        after = request.GET.get("after", "")
        context["group"] = lists.more_of(key, kind, after, actor=actor, narrowing=narrowing, typed=typed)
        return render(request, "web/desk/group_rows.html", context)
    context["worklist"] = lists.worklist_of(key, actor=actor, narrowing=narrowing, typed=typed)
    return render(request, "web/desk/worklist_rows.html", {**context, "is_renewed": True})


@require_GET
@policy("desk")
def rail(request: HttpRequest) -> HttpResponse:
    """The lists of the rail with their counts as they are now."""
    return render(request, "web/desk/rail_lists.html", rail_of(request))


@require_POST
@policy("desk")
def bulk(request: HttpRequest) -> HttpResponse:
    """One deed for several tickets; what was refused is named, the rest is done."""
    actor = actor_of(request)
    typed = forms.read(request, "list", "deed", "narrow", "q", lists=["ticket"])
    lists.name_of(typed["list"], actor=actor)  # a list that is none is refused before anything is done
    numbers = [n for n in (forms.whole(t) for t in typed["ticket"][:MOST_AT_ONCE]) if n is not None]
    done, refused = 0, []
    for ticket in tickets.visible_to(actor).filter(number__in=numbers).order_by("id"):
        try:
            with transaction.atomic():
                _do(typed["deed"], ticket, actor)
            done += 1
        except Refusal as refusal:
            refused.append(f"{ticket.number}: {refusal}")
    if not is_fragment(request):
        messages.success(request, lists.picked_words(done))
        for words in refused:
            messages.warning(request, words)
        return redirect("desk:worklist", key=typed["list"])
    context = {
        "worklist": lists.worklist_of(typed["list"], actor=actor, narrowing=narrowing_of(typed), typed=typed_in(typed)),
        "bulk_done": lists.picked_words(done),
        "bulk_refused": refused,
    }
    return render(request, "web/desk/bulk_answer.html", context)


def _do(deed: str, ticket: Ticket, actor: Actor) -> None:
    if deed == "take":
        assignment.assign(ticket, actor=actor, person=myself(actor))
    elif deed == "close":
        resolution.close(ticket, actor=actor)
    else:
        raise Invalid({"deed": [_("This cannot be done to several tickets.")]})


def narrowing_of(sent: Mapping[str, str]) -> str:
    """How the list is narrowed; anything unknown is nothing."""
    wished = sent.get("narrow", "")
    return wished if wished in ("mine", "free") else ""


def typed_in(sent: Mapping[str, str]) -> str:
    """The words and conditions in the line above the list."""
    return sent.get("q", "").replace("\x00", "").strip()[:LONGEST_LINE]
