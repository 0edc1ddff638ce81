"""The catalogue at the desk: ordering for somebody, and the order a ticket is about."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dreiklang.catalog import policy as catalog
from dreiklang.catalog import queries
from dreiklang.catalog.commands import FormChanged, cancel, go_on, order
from dreiklang.catalog.models import EntryVersion, Request
from dreiklang.kernel.errors import Invalid, NotAllowed, NotFound
from dreiklang.kernel.permissions import Actor
from dreiklang.organizations import queries as people
from dreiklang.organizations.models import Person
from dreiklang.tickets import policy as tickets
from dreiklang.tickets.models import Ticket
from dreiklang.web.components import orders
from dreiklang.web.desk import answers
from dreiklang.web.desk.finding import ticket_of
from dreiklang.web.routing import actor_of, policy


def was_ordered(ticket: Ticket, actor: Actor) -> bool:
    """Whether the ticket is an order that the reader may look into."""
    return catalog.may_see_inside(actor, ticket) and Request.objects.filter(ticket=ticket).exists()


def panel_of(ticket: Ticket, actor: Actor) -> dict[str, Any]:
    """What was ordered, with which answers, and how far it is."""
    request = queries.request_of(ticket)
    if request is None or not catalog.may_see_inside(actor, ticket):
        raise NotFound
    is_waiting = request.state in (Request.State.ASKED, Request.State.REFUSED)
    return {
        "request": request,
        "name": request.version.name_in(orders.language()),
        "lines": queries.answer_lines(request.version, request.answers),
        "steps": queries.steps_of(request),
        "may_go_on": is_waiting and catalog.may_go_on(actor, request),
        "may_cancel": request.settled_at is None and catalog.may_cancel(actor, request),
    }


@require_GET
@policy("desk")
def listed(request: HttpRequest, person_id: int) -> HttpResponse:
    """What can be ordered for somebody, in groups."""
    actor = _agent(request)
    person = people.person(person_id, actor=actor)
    found = queries.offered_for(person, actor=actor)
    spoken = orders.language()
    rows = [(one.entry.get_group_display(), one.entry, one.name_in(spoken), one.hint_in(spoken)) for one in found]
    groups = [(str(group), list(members)) for group, members in groupby(rows, key=lambda row: row[0])]
    return render(request, "web/desk/catalog.html", {"person": person, "groups": groups})


@require_http_methods(["GET", "POST"])
@policy("desk")
def entry(request: HttpRequest, person_id: int, key: str) -> HttpResponse:
    """The form, filled in for somebody."""
    actor = _agent(request)
    person, version = people.person(person_id, actor=actor), queries.entry_by(key, actor=actor)
    if request.method == "GET":
        return _page(request, person, version, {})
    typed, number = orders.sent(request, version)
    try:
        answers = orders.checked(orders.filled_in(version, number), typed)
        made = order(version.entry, actor=actor, requester=person, answers=answers, number=number, channel="desk")
    except FormChanged as changed:
        words = orders.difference_words(changed)
        return _page(request, person, changed.version, typed, changed=words, status=409)
    except Invalid as refusal:
        return _page(request, person, version, typed, problems=refusal.fields, status=422)
    if not tickets.may_see(actor, made.ticket):
        return redirect("desk:person", person.pk)
    return redirect(answers_to(made.ticket))


def answers_to(ticket: Ticket) -> str:
    """The page of a ticket."""
    return answers.to_ticket(ticket.number)


@require_POST
@policy("desk")
def fields(request: HttpRequest, person_id: int, key: str) -> HttpResponse:
    """The fields anew after an answer that decides what else is asked."""
    actor = _agent(request)
    person, version = people.person(person_id, actor=actor), queries.entry_by(key, actor=actor)
    typed, _number = orders.sent(request, version)
    context = {
        "inputs": orders.inputs_of(version.fields, typed), "version": version, "person": person,
        **orders.what_follows(version, typed),
    }  # fmt: skip
    return render(request, "web/desk/order_fields.html", context)


def _agent(request: HttpRequest) -> Actor:
    actor = actor_of(request)
    if not actor.has(tickets.WORK):
        raise NotAllowed(_("New tickets are opened by the desk; cases are handed to you."))
    return actor


def _page(
    request: HttpRequest, person: Person, version: EntryVersion, typed: dict[str, list[str]], *,
    problems: dict[str, Any] | None = None, changed: list[str] | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    spoken = orders.language()
    context = {
        "person": person, "version": version, "name": version.name_in(spoken), "hint": version.hint_in(spoken),
        "inputs": orders.inputs_of(version.fields, typed, problems), "changed": changed or [],
        "problems": problems or {}, **orders.what_follows(version, typed),
    }  # fmt: skip
    return render(request, "web/desk/order.html", context, status=status)


@require_POST
@policy("desk")
def going_on(request: HttpRequest, number: int) -> HttpResponse:
    """Let an order go on without the yes, with a reason."""
    ticket, found, actor = _order_of(request, number)
    try:
        go_on(found, actor=actor, reason=request.POST.get("reason", ""))
    except Invalid as refusal:
        context = {"ticket": ticket, **panel_of(ticket, actor), "problems": refusal.fields}
        response = render(request, "web/desk/panels/order.html", context, status=422)
        response["HX-Retarget"], response["HX-Reswap"] = "#panel-order", "innerHTML"
        return response
    return answers.done(request, ticket, _("The order goes on."))


@require_POST
@policy("desk")
def cancellation(request: HttpRequest, number: int) -> HttpResponse:
    """Take an order back."""
    ticket, found, actor = _order_of(request, number)
    cancel(found, actor=actor)
    return answers.done(request, ticket, _("The order is taken back."))


def _order_of(request: HttpRequest, number: int) -> tuple[Ticket, Request, Actor]:
    ticket, actor = ticket_of(request, number)
    found = queries.request_of(ticket)
    if found is None or not catalog.may_see_inside(actor, ticket):
        raise NotFound(code="no_order")
    return ticket, found, actor
