"""Visits and appointments beside a ticket, and the address of one's own calendar."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dreiklang.kernel import clock
from dreiklang.kernel.errors import Invalid, NotFound
from dreiklang.kernel.permissions import Actor
from dreiklang.organizations.models import Person
from dreiklang.teams.queries import memberships_on, today
from dreiklang.teams.queries.duty_of import duty_of
from dreiklang.tickets import policy as tickets
from dreiklang.tickets.commands import visits as commands
from dreiklang.tickets.models import CalendarFeed, Ticket, Visit
from dreiklang.tickets.queries.visits import visits_of
from dreiklang.web import forms
from dreiklang.web.desk import answers, sheets
from dreiklang.web.desk.finding import me, ticket_of
from dreiklang.web.routing import actor_of, policy

DUTIES_SHOWN = 30
FIELDS = ("purpose", "place", "tools", "starts", "ends", "person", "told", "text")


def panel_of(ticket: Ticket, actor: Actor) -> dict[str, Any]:
    """The appointments of a ticket, the next one first."""
    found = list(visits_of(ticket, actor=actor))
    return {
        "coming": [v for v in found if not v.done_at and not v.cancelled_at],
        "over": [v for v in found if v.done_at or v.cancelled_at],
        "may_work": tickets.may_work(actor, ticket),
    }


def _start(ticket: Ticket, actor: Actor) -> dict[str, Any]:
    """Who may go, and whether the requester can be told from here."""
    members = memberships_on(today())
    if tickets.is_outside_house(actor):
        members = members.filter(team_id__in=actor.teams)
    else:
        inside = members.filter(team__organization__kind="provider")
        members = inside | members.filter(team_id=ticket.team_id or 0)
    people = Person.objects.filter(pk__in=members.values("person_id"), is_active=True).order_by("sort_key", "id")
    may_tell = tickets.may_write_to_requester(actor, ticket)
    typed = {
        "person": str(me(actor)),
        "told": "on" if may_tell else "",
        "place": ticket.requester.place,
        "purpose": ticket.subject[:200],
    }
    return {"people": people, "may_tell": may_tell, "typed": typed}


def _values(typed: Mapping[str, Any]) -> dict[str, Any]:
    moments: dict[str, Any] = {}
    for name in ("starts", "ends"):
        try:
            moments[f"{name}_at"] = forms.moment(typed[name])
        except Invalid as wrong:
            raise Invalid({f"{name}_at": wrong.fields["until"]}) from wrong
    person = Person.objects.filter(pk=forms.whole(typed["person"]) or 0).select_related("account").first()
    words = {name: typed[name] for name in ("purpose", "place", "tools")}
    return {**words, **moments, "person": person, "is_told": typed["told"] == "on", "text": typed["text"]}


@require_http_methods(["GET", "POST"])
@policy("desk")
def plan(request: HttpRequest, number: int) -> HttpResponse:
    """Plan an appointment."""

    def deed(ticket: Ticket, actor: Actor, typed: Mapping[str, Any]) -> str:
        visit = commands.plan_visit(ticket, actor=actor, **_values(typed))
        return _("Planned; the invitation leaves in a moment.") if visit.invitations.exists() else _("Planned.")

    return sheets.run(request, number, template="web/desk/sheets/visit.html", fields=FIELDS, deed=deed, start=_start)


def _visit_of(request: HttpRequest, visit_id: int) -> tuple[Visit, Ticket, Actor]:
    """A visit the reader may see, and the ticket on whose page it stands."""
    actor = actor_of(request)
    found = Visit.objects.filter(pk=visit_id).select_related("ticket").first()
    if found is None:
        raise NotFound
    survivors = tickets.survivors_of(found.ticket)
    number = Ticket.objects.values_list("number", flat=True).get(pk=(survivors or [found.ticket_id])[-1])
    ticket, actor = ticket_of(request, number)
    visit = visits_of(ticket, actor=actor).filter(pk=visit_id).first()
    if visit is None:
        raise NotFound
    return visit, ticket, actor


def _run(
    request: HttpRequest,
    visit_id: int,
    template: str,
    fields: tuple[str, ...],
    typed_now: Callable[[Visit], dict[str, Any]],
    deed: Callable[[Visit, Actor, Mapping[str, Any]], str],
) -> HttpResponse:
    """A sheet about one visit: shown, or done; on a refusal shown again with all that was typed."""
    visit, ticket, actor = _visit_of(request, visit_id)
    context: dict[str, Any] = {"ticket": ticket, "visit": visit, "problems": {}, **_start(ticket, actor)}
    if request.method == "GET":
        return answers.sheet(request, template, {**context, "typed": {**context["typed"], **typed_now(visit)}})
    typed = forms.read(request, *fields)
    try:
        words = deed(visit, actor, typed)
    except Invalid as refusal:
        return answers.sheet(request, template, {**context, "typed": typed, "problems": refusal.fields}, status=422)
    return answers.done(request, ticket, words)


@require_http_methods(["GET", "POST"])
@policy("desk")
def change(request: HttpRequest, visit_id: int) -> HttpResponse:
    """Move it, or change it otherwise."""

    def now(visit: Visit) -> dict[str, Any]:
        local = {
            n: timezone.localtime(getattr(visit, f"{n}_at")).strftime("%Y-%m-%dT%H:%M") for n in ("starts", "ends")
        }
        words = {name: getattr(visit, name) for name in ("purpose", "place", "tools")}
        return {**words, **local, "person": str(visit.person_id or "")}

    def deed(visit: Visit, actor: Actor, typed: Mapping[str, Any]) -> str:
        commands.change_visit(visit, actor=actor, **_values(typed))
        return _("Changed.")

    return _run(request, visit_id, "web/desk/sheets/visit.html", FIELDS, now, deed)


@require_http_methods(["GET", "POST"])
@policy("desk")
def cancel(request: HttpRequest, visit_id: int) -> HttpResponse:
    """Call it off."""

    def deed(visit: Visit, actor: Actor, typed: Mapping[str, Any]) -> str:
        commands.cancel_visit(visit, actor=actor, is_told=typed["told"] == "on", text=typed["text"])
        return _("Called off.")

    return _run(request, visit_id, "web/desk/sheets/visit_off.html", ("told", "text"), lambda v: {}, deed)


@require_http_methods(["GET", "POST"])
@policy("desk")
def finish(request: HttpRequest, visit_id: int) -> HttpResponse:
    """It took place."""

    def now(visit: Visit) -> dict[str, Any]:
        return {"minutes": int((visit.ends_at - visit.starts_at).total_seconds() // 60)}

    def deed(visit: Visit, actor: Actor, typed: Mapping[str, Any]) -> str:
        commands.finish_visit(visit, actor=actor, result=typed["result"], minutes=typed["minutes"])
        return _("Logged.")

    return _run(request, visit_id, "web/desk/sheets/visit_done.html", ("result", "minutes"), now, deed)


@require_http_methods(["GET", "POST"])
@policy("desk")
def feed_page(request: HttpRequest) -> HttpResponse:
    """The address of one's own calendar: made, made anew, ended. It is shown once."""
    actor, address = actor_of(request), ""
    if request.method == "POST":
        if forms.read(request, "deed")["deed"] == "end":
            commands.end_feed(actor=actor)
        else:
            address = settings.PUBLIC_URL + reverse("public:calendar", args=[commands.make_feed(actor=actor)])
    feed = CalendarFeed.objects.filter(person_id=me(actor)).first()
    person = Person.objects.filter(pk=me(actor)).first()
    duties = duty_of(person, since=clock.now())[:DUTIES_SHOWN] if person else []
    return render(request, "web/desk/calendar_feed.html", {"feed": feed, "address": address, "duties": duties})
