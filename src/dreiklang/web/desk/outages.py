"""Outages: what is out of order and what is planned; told in a banner, announced, changed and ended by the desk."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dreiklang.communication import policy as communication
from dreiklang.communication.commands import outages
from dreiklang.communication.commands.notifying import mark_read_of
from dreiklang.communication.models import AnnouncedOutage
from dreiklang.communication.queries import outages as queries
from dreiklang.kernel.errors import NotAllowed, WrongState
from dreiklang.kernel.permissions import Actor
from dreiklang.tickets.policy import visible_to
from dreiklang.web.components.outages import shown
from dreiklang.web.desk.outage_sheets import OutageSheet, sent_by, start_of
from dreiklang.web.forms import whole
from dreiklang.web.routing import actor_of, policy
from dreiklang.web.sheet import typed

PAGE = 50
MOST_NAMES = 200


@require_GET
@policy("desk")
def listed(request: HttpRequest) -> HttpResponse:
    """What runs and what comes; on request what is over."""
    actor = actor_of(request)
    ended = request.GET.get("show") == "ended"
    found = list(queries.listed(actor, ended=ended)[: PAGE + 1])
    context = {
        "rows": _rows(found[:PAGE]),
        "has_more": len(found) > PAGE,
        "ended": ended,
        "may_announce": communication.may_announce(actor),
    }
    return render(request, "web/desk/outages/list.html", context)


def _rows(found: list[AnnouncedOutage]) -> list[dict[str, Any]]:
    language = get_language() or "en"
    return [
        {"outage": one, "title": one.title_in(language), "services": one.services.all(), "standing": one.standing.value}
        for one in found
    ]


@require_http_methods(["GET", "POST"])
@policy("desk")
def new(request: HttpRequest) -> HttpResponse:
    """Announce one; from a ticket, it belongs to that."""
    return _form(request, _announcer(request), None)


@require_http_methods(["GET", "POST"])
@policy("desk")
def one(request: HttpRequest, outage_id: int) -> HttpResponse:
    """One outage: its form for the desk, its words for whoever is told of it."""
    actor = actor_of(request)
    outage = queries.outage(outage_id, actor=actor)
    if actor.kind == "person":
        mark_read_of("outage", outage.pk, actor=actor)
    if not communication.may_announce(actor):
        return render(request, "web/desk/outages/told.html", {"told": shown([outage])[0], "outage": outage})
    return _form(request, actor, outage)


def _form(request: HttpRequest, actor: Actor, outage: AnnouncedOutage | None) -> HttpResponse:
    number, is_hidden = _number_of(outage, request, actor)
    form = OutageSheet(typed(request), initial=start_of(outage, number), actor=actor)
    if request.method == "POST":
        kept = form.carry_out(lambda sent: _kept(outage, actor, sent, is_hidden=is_hidden))
        if kept is not None:
            messages.success(request, _("Saved. Whoever is concerned reads it from now on."))
            return redirect("desk:outage", kept.pk)
    hit = list(queries.hit_by(outage)[: MOST_NAMES + 1]) if outage else []
    context = {
        "form": form,
        "outage": outage,
        "title": outage.title_in(get_language() or "en") if outage else "",
        "standing": outage.standing.value if outage else "",
        "is_ended": outage is not None and outage.ended_at is not None,
        "number": number,
        "hit": hit[:MOST_NAMES],
        "has_more_hit": len(hit) > MOST_NAMES,
        **_preview(form, outage),
    }
    return render(request, "web/desk/outages/form.html", context, status=422 if form.errors else 200)


def _kept(outage: AnnouncedOutage | None, actor: Actor, sent: dict[str, Any], *, is_hidden: bool) -> AnnouncedOutage:
    asked = sent_by(sent)
    if is_hidden and outage is not None and asked["ticket"] is None:
        asked["ticket"] = outage.ticket  # whoever may not see it does not cut it off unseen
    return outages.keep_outage(outage, actor=actor, **asked)


def _number_of(outage: AnnouncedOutage | None, request: HttpRequest, actor: Actor) -> tuple[int | None, bool]:
    """The number of its ticket as far as the actor may see it, and whether there is one they may not see."""
    if outage is None:
        return whole(request.GET.get("ticket", "")), False
    if outage.ticket_id is None:
        return None, False
    number = visible_to(actor).filter(pk=outage.ticket_id).values_list("number", flat=True).first()
    return number, number is None


@require_POST
@policy("desk")
def preview(request: HttpRequest) -> HttpResponse:
    """Who will read it, and how it will look; while one fills in the form."""
    form = OutageSheet(request.POST, actor=_announcer(request))
    form.is_valid()
    return render(request, "web/desk/outages/preview.html", _preview(form, None))


def _preview(form: OutageSheet, outage: AnnouncedOutage | None) -> dict[str, Any]:
    """Of what is typed, as far as it can be read; else of what stands."""
    sent: dict[str, Any] = getattr(form, "cleaned_data", None) or start_of(outage, None)
    audience = sent.get("audience") or "inside"
    customers = list(sent.get("customers") or ()) or queries.customers_of(list(sent.get("services") or ()))
    languages = [(code, sent.get(f"title_{code}", ""), sent.get(f"text_{code}", "")) for code in ("de", "en")]
    return {
        "reach": queries.reach_of(audience, customers),
        "audience": audience,
        "by_mail": bool(sent.get("by_mail")),
        "looks": [look for look in languages if look[1]],
        "is_planned": sent.get("kind") == "planned",
    }


@require_POST
@policy("desk")
def end(request: HttpRequest, outage_id: int) -> HttpResponse:
    """It is over."""
    actor = _announcer(request)
    return _said(request, lambda: outages.end_outage(queries.outage(outage_id, actor=actor), actor=actor), outage_id,
                 _("It is over; the banner is gone."))  # fmt: skip


@require_POST
@policy("desk")
def go_on(request: HttpRequest, outage_id: int) -> HttpResponse:
    """It is not over after all."""
    actor = _announcer(request)
    return _said(request, lambda: outages.go_on(queries.outage(outage_id, actor=actor), actor=actor), outage_id,
                 _("It goes on, and is told again."))  # fmt: skip


def _said(request: HttpRequest, deed: Any, outage_id: int, words: str) -> HttpResponse:
    try:
        deed()
        messages.success(request, words)
    except WrongState as refusal:
        messages.error(request, str(refusal))
    return redirect("desk:outage", outage_id)


@require_GET
@policy("desk")
def banner(request: HttpRequest) -> HttpResponse:
    """The banner anew, when something was announced or ended."""
    return render(request, "web/desk/outages/banner.html")


def _announcer(request: HttpRequest) -> Actor:
    actor = actor_of(request)
    if not communication.may_announce(actor):
        raise NotAllowed(_("Outages are announced by the desk."))
    return actor
