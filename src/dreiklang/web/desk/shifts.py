"""From shift to shift: the book of a team, who is there now, and giving the work of somebody away to others."""

from __future__ import annotations

import re
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dreiklang.kernel.errors import Conflict, Invalid, NotFound
from dreiklang.kernel.permissions import Actor
from dreiklang.organizations.models import Person
from dreiklang.shifts import policy as shifts
from dreiklang.shifts import queries
from dreiklang.shifts.commands import book, standing_in
from dreiklang.shifts.models import BookEntry
from dreiklang.teams.models import Team
from dreiklang.teams.policy import may_lead
from dreiklang.teams.queries import absences_on, memberships_on, today
from dreiklang.web import forms
from dreiklang.web.desk.finding import me
from dreiklang.web.routing import actor_of, policy


@require_http_methods(["GET", "POST"])
@policy("desk")
def book_page(request: HttpRequest) -> HttpResponse:
    """The book of one's team: what is carried on, then what was written, newest first; writing in it."""
    actor = actor_of(request)
    teams = list(shifts.books_of(actor).order_by("level", "name"))
    team = _team(request, teams, actor)
    typed: dict[str, Any] = {}
    problems: dict[str, Any] = {}
    if request.method == "POST" and team is not None:
        typed = forms.read(request, "team", "text", "tickets", "is_open")
        try:
            numbers = [int(n) for n in re.findall(r"\d{1,15}", typed["tickets"])]
            book.write_entry(team, actor=actor, text=typed["text"], numbers=numbers, is_open=typed["is_open"] == "on")
        except Invalid as refusal:
            problems = refusal.fields
        else:
            messages.success(request, _("It stands in the book."))
            return redirect(_address(team))
    context = {
        "teams": teams,
        "team": team,
        "typed": typed,
        "problems": problems,
        "at": "book",
        **_content(request, team, actor),
    }
    return render(request, "web/desk/shifts/book.html", context, status=422 if problems else 200)


def _content(request: HttpRequest, team: Team | None, actor: Actor) -> dict[str, Any]:
    if team is None:
        return {}
    before = forms.whole(request.GET.get("before", ""))
    found = queries.entries_of(team, actor=actor, before=before)
    read = queries.readers_of(team)
    seen = read.get(me(actor), 0)
    entries = found[: queries.PAGE]
    members = memberships_on(today()).filter(team=team).select_related("person").order_by("person__sort_key")
    last = max((e.pk for e in entries), default=0) if not before else 0
    unread = [m.person for m in members if last and read.get(m.person_id, 0) < last and m.person_id != me(actor)]
    if me(actor) and not before and last > seen:
        book.mark_book_read(team, actor=actor)
    return {
        "points": queries.open_points(team, actor=actor) if not before else [],
        "entries": entries, "older": entries[-1].pk if len(found) > queries.PAGE else None,
        "seen": seen, "unread": unread,
        "may_write": shifts.may_write(actor, team.pk),
    }  # fmt: skip


def _team(request: HttpRequest, teams: list[Team], actor: Actor) -> Team | None:
    wished = forms.whole(request.POST.get("team", "") or request.GET.get("team", ""))
    if wished is not None:
        found = next((t for t in teams if t.pk == wished), None)
        if found is None:
            raise NotFound
        return found
    own = [t for t in teams if t.pk in actor.teams]
    return next(iter(own or teams), None)


def _address(team: Team) -> str:
    return f"{reverse('desk:book')}?team={team.pk}"


@require_POST
@policy("desk")
def settle(request: HttpRequest, entry_id: int) -> HttpResponse:
    """An open point is done."""
    entry = _entry(request, entry_id)
    forms.read(request)
    book.settle_point(entry, actor=actor_of(request))
    messages.success(request, _("Settled."))
    return redirect(_address(entry.team))


@require_POST
@policy("desk")
def reopen(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Not done after all."""
    entry = _entry(request, entry_id)
    forms.read(request)
    book.reopen_point(entry, actor=actor_of(request))
    messages.success(request, _("Carried on again."))
    return redirect(_address(entry.team))


@require_http_methods(["GET", "POST"])
@policy("desk")
def correct(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Put one's own entry right."""
    entry, actor = _entry(request, entry_id), actor_of(request)
    if entry.author_id != me(actor):
        raise NotFound
    typed, problems, status = {"text": entry.text}, {}, 200
    if request.method == "POST":
        typed = forms.read(request, "text")
        try:
            book.correct_entry(entry, actor=actor, text=typed["text"], version=forms.version_of(request))
        except Invalid as refusal:
            problems, status = refusal.fields, 422
        except Conflict as conflict:
            problems, status = {"text": [str(conflict)]}, 409
        else:
            messages.success(request, _("Saved."))
            return redirect(_address(entry.team))
    context = {"entry": entry, "typed": typed, "problems": problems, "address": _address(entry.team)}
    return render(request, "web/desk/shifts/correct.html", context, status=status)


def _entry(request: HttpRequest, entry_id: int) -> BookEntry:
    found = shifts.visible_to(actor_of(request)).select_related("team").filter(pk=entry_id).first()
    if found is None:
        raise NotFound
    return found


@require_GET
@policy("desk")
def board(request: HttpRequest) -> HttpResponse:
    """Who is there now."""
    actor = actor_of(request)
    rows = queries.board_for(actor)
    leads = {p.pk for row in rows for p, _s, _n in row.away if shifts.may_give_work_of(actor, p)}
    led = {row.team.pk for row in rows if may_lead(actor, row.team)}
    return render(request, "web/desk/shifts/board.html", {"rows": rows, "leads": leads, "led": led, "at": "duty"})


@require_http_methods(["GET", "POST"])
@policy("desk")
def stand_in(request: HttpRequest, person_id: int) -> HttpResponse:
    """Give the open tickets of somebody away to others: first what would become of each, then the deed."""
    actor = actor_of(request)
    person = Person.objects.filter(pk=person_id, is_active=True).first()
    if person is None or not shifts.may_give_work_of(actor, person):
        raise NotFound
    typed = (
        forms.read(request, "to", "note") if request.method == "POST" else {"to": request.GET.get("to", ""), "note": ""}
    )
    colleagues = _colleagues(person)
    if not typed["to"] and request.method == "GET":
        typed["to"] = str(absences_on(today(), [person.pk]).get(person.pk) or "")
    to = next((c for c in colleagues if str(c.pk) == typed["to"]), None)
    problems: dict[str, Any] = {}
    if request.method == "POST":
        try:
            given = standing_in.give_work(person, actor=actor, to=to, note=typed["note"])
        except Invalid as refusal:
            problems = refusal.fields
        else:
            words = ngettext("%(n)d ticket is in other hands.", "%(n)d tickets are in other hands.", len(given))
            messages.success(request, words % {"n": len(given)})
            return redirect("desk:duty")
    context = {
        "person": person, "colleagues": colleagues, "to": to, "typed": typed, "problems": problems,
        "plan": queries.plan_for(person, actor=actor, to=to),
    }  # fmt: skip
    return render(request, "web/desk/shifts/stand_in.html", context, status=422 if problems else 200)


def _colleagues(person: Person) -> list[Person]:
    """Who is in one of the person's teams today, and there."""
    teams = memberships_on(today()).filter(person=person).values("team_id")
    found = memberships_on(today()).filter(team_id__in=teams, person__is_active=True).values("person_id")
    people = list(Person.objects.filter(pk__in=found).exclude(pk=person.pk).order_by("sort_key", "id"))
    away = absences_on(today(), [p.pk for p in people])
    return [p for p in people if p.pk not in away]
