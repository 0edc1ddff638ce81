"""What can be ordered: the catalogue with its search, one entry with its form, and one's own orders."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dreiklang.catalog import policy, queries
from dreiklang.catalog.commands import FormChanged, cancel, order
from dreiklang.catalog.models import EntryVersion, Request
from dreiklang.kernel.errors import Invalid, NotFound, Refusal
from dreiklang.kernel.permissions import Actor
from dreiklang.organizations.models import Person
from dreiklang.web import routing
from dreiklang.web.components import orders
from dreiklang.web.portal.answering import done, problems_of
from dreiklang.web.portal.finding import asker, visitor
from dreiklang.web.portal.frame import CATALOG, page

MOST_OWN = 50


@require_GET
@routing.policy("portal")
def catalog(request: HttpRequest) -> HttpResponse:
    """Everything that is offered to the reader, in groups; or what a search finds."""
    actor, words = visitor(request), request.GET.get("q", "").strip()[:100]
    offered = list(queries.offered_to(actor))
    found = queries.found_in(offered, words) if words else offered
    groups = [
        (str(group), [_card(one) for one in members])
        for group, members in groupby(found, key=lambda one: one.entry.get_group_display())
    ]
    running = _own(actor).exclude(state__in=("done", "refused", "cancelled")).count()
    context = {"groups": groups, "words": words, "is_empty": not offered, "running": running}
    return page(request, "catalog", context, actor=actor, at=CATALOG)


def _card(one: EntryVersion) -> dict[str, Any]:
    spoken = orders.language()
    return {
        "key": one.entry.key, "icon": one.entry.icon, "name": one.name_in(spoken), "hint": one.hint_in(spoken),
    }  # fmt: skip


@require_http_methods(["GET", "POST"])
@routing.policy("portal")
def entry(request: HttpRequest, key: str) -> HttpResponse:
    """The form of an entry with what would follow; sent, it becomes an order."""
    actor = visitor(request)
    version = queries.entry_by(key, actor=actor)
    if request.method == "GET":
        return _page(request, actor, version, {})
    typed, number = orders.sent(request, version)
    try:
        answers = orders.checked(orders.filled_in(version, number), typed)
        made = order(
            version.entry, actor=actor, requester=Person.objects.get(pk=actor.person_id), answers=answers,
            number=number,
        )  # fmt: skip
    except FormChanged as changed:
        return _page(request, actor, changed.version, typed, changed=orders.difference_words(changed), status=409)
    except Invalid as refusal:
        return _page(request, actor, version, typed, problems=refusal.fields, status=422)
    return done(request, reverse("portal:ticket", args=[made.ticket.number]) + "?sent=1")


@require_POST
@routing.policy("portal")
def fields(request: HttpRequest, key: str) -> HttpResponse:
    """The fields anew after an answer that decides what else is asked."""
    version = queries.entry_by(key, actor=visitor(request))
    typed, _number = orders.sent(request, version)
    context = {
        "inputs": orders.inputs_of(version.fields, typed), "version": version, **orders.what_follows(version, typed),
    }  # fmt: skip
    return render(request, "web/portal/parts/order_fields.html", context)


@require_GET
@routing.policy("portal")
def own(request: HttpRequest) -> HttpResponse:
    """One's own orders with how far each is, newest first."""
    actor, spoken = visitor(request), orders.language()
    found = _own(actor).select_related("version__entry", "ticket").prefetch_related("planned")
    rows = [
        {
            "name": one.version.name_in(spoken), "request": one, "steps": steps_seen(one),
            "may_cancel": one.state in (Request.State.ASKED, Request.State.RUNNING),
        }
        for one in found.order_by("-pk")[:MOST_OWN]
    ]  # fmt: skip
    return page(request, "orders", {"rows": rows}, actor=actor, at=CATALOG)


def steps_seen(one: Request) -> list[dict[str, Any]]:
    """Names and states of the steps, as a requester may know them; ``planned`` is looked up already."""
    names = dict.fromkeys((task.step, task.heading) for task in one.planned.all() if task.step > 0)
    return [
        {"name": name, "is_done": number < one.step or one.state == "done", "is_now": number == one.step}
        for number, name in names
    ]


@require_POST
@routing.policy("portal")
def cancellation(request: HttpRequest, number: int) -> HttpResponse:
    """Take an own order back."""
    actor = visitor(request)
    found = _own(actor).filter(ticket__number=number).first()
    if found is None:
        raise NotFound(code="no_order")
    try:
        cancel(found, actor=actor)
        messages.success(request, _("The order is taken back. Those who work on it see it."))
    except Refusal as refused:
        messages.error(request, str(refused))
    return redirect("portal:orders")


def _own(actor: Actor) -> Any:
    return policy.requests_visible_to(asker(actor))


def _page(
    request: HttpRequest, actor: Actor, version: EntryVersion, typed: dict[str, list[str]], *,
    problems: dict[str, Any] | None = None, changed: list[str] | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    spoken = orders.language()
    context = {
        "version": version, "entry": version.entry, "name": version.name_in(spoken), "hint": version.hint_in(spoken),
        "inputs": orders.inputs_of(version.fields, typed, problems), "changed": changed or [],
        "problem_list": problems_of(problems or {}),
        **orders.what_follows(version, typed),
    }  # fmt: skip
    return page(request, "order", context, actor=actor, at=CATALOG, status=status)
