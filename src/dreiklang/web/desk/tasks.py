"""Tasks beside a ticket: the panel, adding them one by one or as a check-list, ticking, changing, ordering."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from dreiklang.kernel import clock
from dreiklang.kernel.errors import Invalid, NotFound
from dreiklang.kernel.permissions import Actor
from dreiklang.organizations.models import Person
from dreiklang.teams.models import Team
from dreiklang.teams.queries import memberships_on, today
from dreiklang.tickets import policy as tickets
from dreiklang.tickets.commands import tasks as commands
from dreiklang.tickets.models import Task, Ticket
from dreiklang.tickets.queries.tasks import tasks_of
from dreiklang.web import forms
from dreiklang.web.desk import answers, sheets
from dreiklang.web.desk.answers import WayBack
from dreiklang.web.desk.finding import ticket_of
from dreiklang.web.routing import actor_of, policy


def panel_of(ticket: Ticket, actor: Actor) -> dict[str, Any]:
    """What is to be done, by check-list."""
    found = list(tasks_of(ticket, actor=actor))
    now = clock.now()
    return {
        "lists": [
            (heading, [(t, bool(t.due_at and t.due_at < now and not t.done_at)) for t in of])
            for heading, of in groupby(found, key=lambda t: t.heading)
        ],
        "open_count": sum(t.done_at is None for t in found),
        "count": len(found),
        "may_work": tickets.may_work(actor, ticket),
    }


def _hands(ticket: Ticket, actor: Actor) -> dict[str, Any]:
    """Who could do it: colleagues and teams; for an outside team its own."""
    members = memberships_on(today())
    teams = Team.objects.filter(is_active=True)
    if tickets.is_outside_house(actor):
        members, teams = (
            members.filter(team_id__in=actor.teams, person_id=actor.person_id),
            teams.filter(pk__in=actor.teams),
        )
    else:
        own = members.filter(team__organization__kind="provider") | members.filter(team_id=ticket.team_id or 0)
        members = own
        teams = teams.filter(organization__kind="provider") | teams.filter(pk=ticket.team_id or 0)
    people = Person.objects.filter(pk__in=members.values("person_id"), is_active=True).order_by("sort_key", "id")
    return {
        "hands": [
            (_("Teams"), [(f"team-{team.pk}", team.name) for team in teams.order_by("level", "name")]),
            (_("Colleagues"), [(f"person-{person.pk}", person.name) for person in people]),
        ]
    }


def _values(typed: Mapping[str, Any]) -> dict[str, Any]:
    """Who, until when, how much it weighs, out of a form."""
    kind, _dash, key = typed["hands"].partition("-")
    number = forms.whole(key) or 0
    try:
        due_at = forms.moment(typed["due"])
    except Invalid as wrong:
        raise Invalid({"due": wrong.fields["until"]}) from wrong
    return {
        "assignee": Person.objects.filter(pk=number).select_related("account").first() if kind == "person" else None,
        "team": Team.objects.filter(pk=number).select_related("organization").first() if kind == "team" else None,
        "due_at": due_at,
        "is_blocking": typed["blocking"] == "on",
        "heading": typed["heading"],
    }


@require_http_methods(["GET", "POST"])
@policy("desk")
def add(request: HttpRequest, number: int) -> HttpResponse:
    """Add tasks, one a line."""

    def deed(ticket: Ticket, actor: Actor, typed: Mapping[str, Any]) -> str:
        commands.add_tasks(ticket, actor=actor, texts=typed["texts"].splitlines(), **_values(typed))
        return _("Noted.")

    return sheets.run(
        request,
        number,
        template="web/desk/sheets/tasks.html",
        fields=("texts", "heading", "hands", "due", "blocking"),
        deed=deed,
        start=_hands,
    )


def _task_of(request: HttpRequest, task_id: int) -> tuple[Task, Ticket, Actor]:
    """A task the reader may read, and the ticket on whose page it stands."""
    actor = actor_of(request)
    found = Task.objects.filter(pk=task_id).select_related("ticket").first()
    if found is None:
        raise NotFound
    survivors = tickets.survivors_of(found.ticket)
    number = Ticket.objects.values_list("number", flat=True).get(pk=survivors[-1]) if survivors else found.ticket.number
    ticket, actor = ticket_of(request, number)
    task = tasks_of(ticket, actor=actor).filter(pk=task_id).first()
    if task is None:
        raise NotFound
    return task, ticket, actor


@require_http_methods(["GET", "POST"])
@policy("desk")
def change(request: HttpRequest, task_id: int) -> HttpResponse:
    """One task: its words, who does it, until when."""
    task, ticket, actor = _task_of(request, task_id)
    context: dict[str, Any] = {"ticket": ticket, "task": task, "problems": {}, **_hands(ticket, actor)}
    if request.method == "GET":
        context["typed"] = {
            "texts": task.text,
            "heading": task.heading,
            "due": _due_of(task),
            "hands": _hands_of(task),
            "blocking": task.is_blocking,
        }
        return answers.sheet(request, "web/desk/sheets/task.html", context)
    typed = forms.read(request, "texts", "heading", "hands", "due", "blocking")
    try:
        commands.change_task(task, actor=actor, text=typed["texts"], **_values(typed))
    except Invalid as refusal:
        context |= {"typed": typed, "problems": refusal.fields}
        return answers.sheet(request, "web/desk/sheets/task.html", context, status=422)
    return answers.done(request, ticket, _("Changed."))


def _hands_of(task: Task) -> str:
    """Who does it, as the form says it."""
    if task.assignee_id:
        return f"person-{task.assignee_id}"
    return f"team-{task.team_id}" if task.team_id else ""


def _due_of(task: Task) -> str:
    return timezone.localtime(task.due_at).strftime("%Y-%m-%dT%H:%M") if task.due_at else ""


def _deed(
    request: HttpRequest, task_id: int, deed: Callable[[Task, Actor], Any], words: str, back: str
) -> HttpResponse:
    task, ticket, actor = _task_of(request, task_id)
    deed(task, actor)
    undo = WayBack(reverse(f"desk:{back}", args=[task_id])) if back else None
    return answers.done(request, ticket, words, undo=undo)


@require_POST
@policy("desk")
def complete(request: HttpRequest, task_id: int) -> HttpResponse:
    """It is done."""
    forms.read(request)
    return _deed(request, task_id, lambda t, a: commands.do_task(t, actor=a), _("Done."), "uncompletion")


@require_POST
@policy("desk")
def reopen(request: HttpRequest, task_id: int) -> HttpResponse:
    """It is not done after all."""
    forms.read(request)
    return _deed(request, task_id, lambda t, a: commands.open_task(t, actor=a), _("To be done again."), "completion")


@require_POST
@policy("desk")
def move(request: HttpRequest, task_id: int) -> HttpResponse:
    """One place up or down."""
    up = forms.read(request, "way")["way"] == "up"
    return _deed(request, task_id, lambda t, a: commands.move_task(t, actor=a, up=up), "", "")


@require_POST
@policy("desk")
def remove(request: HttpRequest, task_id: int) -> HttpResponse:
    """It need not be done."""
    forms.read(request)
    task, ticket, actor = _task_of(request, task_id)
    values = {"texts": task.text, "heading": task.heading, "blocking": "on" if task.is_blocking else ""}
    values |= {"hands": _hands_of(task), "due": _due_of(task)}
    commands.remove_task(task, actor=actor)
    undo = WayBack(reverse("desk:tasks", args=[ticket.number]), values)
    return answers.done(request, ticket, _("Removed."), undo=undo)
