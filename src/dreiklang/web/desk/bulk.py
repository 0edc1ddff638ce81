"""One deed for many tickets: chosen in a sheet, tried beforehand, followed while it goes on, taken back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from dreiklang.kernel.errors import Invalid
from dreiklang.kernel.permissions import Actor
from dreiklang.teams.models import Team
from dreiklang.teams.queries import memberships_on, today
from dreiklang.tickets import policy as tickets
from dreiklang.tickets.commands import bulk as commands
from dreiklang.tickets.jobs import do_few, undo_few
from dreiklang.tickets.models import BulkRun, Ticket
from dreiklang.tickets.queries.bulk import progress_of, refused_of, run_of
from dreiklang.tickets.queries.own_fields import fields_for
from dreiklang.tickets.rules import bulk as rules
from dreiklang.tickets.rules.conditions import Mistake
from dreiklang.web import forms
from dreiklang.web.desk import answers, list_contents
from dreiklang.web.desk.classification import category_choices, impact_choices, language, urgency_choices
from dreiklang.web.desk.own_fields import inputs_of
from dreiklang.web.desk.worklists import narrowing_of, typed_in
from dreiklang.web.routing import actor_of, policy

SHEET = "web/desk/sheets/bulk.html"


@require_GET
@policy("desk")
def sheet(request: HttpRequest) -> HttpResponse:
    """Choose the deed for the picked tickets, or (``all``) for every ticket of the list."""
    actor = actor_of(request)
    picked = _picked(request.GET.getlist("ticket"), request.GET, actor)
    deed = request.GET.get("deed", rules.TAKE)
    return answers.sheet(request, SHEET, _context(request.GET, picked, deed, actor))


def _picked(numbers: list[str], sent: Mapping[str, str], actor: Actor) -> list[int]:
    """Keys of the tickets that are meant, at most one more than a run may have; with ``all`` exactly those that the
    list shows, as it is narrowed."""
    if sent.get("all"):
        way = {"narrowing": narrowing_of(sent), "typed": typed_in(sent)}
        try:
            found = list_contents.tickets_in(sent.get("list", ""), actor=actor, **way)
        except Mistake:
            return []
    else:
        known = [n for n in (forms.whole(number) for number in numbers[: rules.MOST]) if n is not None]
        found = tickets.visible_to(actor).filter(number__in=known)
    return list(found.order_by("pk").values_list("pk", flat=True)[: rules.MOST + 1])


def _context(sent: Any, picked: list[int], deed: str, actor: Actor) -> dict[str, Any]:
    numbers = [] if sent.get("all") else sent.getlist("ticket")[: rules.MOST]
    return {
        "count": len(picked),
        "is_too_many": len(picked) > rules.MOST,
        "list": sent.get("list", "")[:40],
        "all": sent.get("all", ""),
        "narrow": narrowing_of(sent),
        "q": typed_in(sent),
        "numbers": numbers,
        "deed": deed,
        "deeds": deed_choices(actor),
        "value": sent.get("value", ""),
        "choices": value_choices(deed, actor),
        "input": _input(deed, actor),
        "needs_value": deed not in rules.WITHOUT_VALUE,
        "is_day": deed == rules.PAUSE,
        "problems": {},
    }


def deed_choices(actor: Actor) -> list[tuple[str, str]]:
    """Deeds in words; each own field the actor knows is one."""
    own = [
        (f"{rules.FIELD}{field.key}", _("Write into “%(name)s”") % {"name": field.label_in(language())})
        for field in fields_for(actor).filter(deleted_at=None)
    ]
    return [(deed, words) for deed, words in deed_words().items() if not deed.endswith(".")] + own


def deed_words() -> dict[str, str]:
    """Deeds by key, in words."""
    return {
        rules.TAKE: _("Assign to me"),
        rules.ASSIGN: _("Assign to a colleague"),
        rules.RELEASE: _("Back to the team"),
        rules.TEAM: _("Sort to another team of the level"),
        rules.CATEGORY: _("Set the category"),
        rules.KIND: _("Set the kind"),
        rules.URGENCY: _("Set the urgency"),
        rules.IMPACT: _("Set the impact"),
        rules.TAG: _("Put a tag on"),
        rules.UNTAG: _("Take a tag off"),
        rules.PAUSE: _("Park until a day"),
        rules.CLOSE: _("Close solved ones"),
        rules.FIELD: _("Write into an own field"),
    }


def value_choices(deed: str, actor: Actor) -> list[tuple[str, str]]:
    """What a deed may be done with, where that is a choice."""
    if deed == rules.ASSIGN:
        members = memberships_on(today()).order_by("person__sort_key")
        members = members.filter(team_id__in=sorted(actor.teams)) if actor.teams else members
        return [(str(pk), name) for pk, name in dict(members.values_list("person_id", "person__name")).items()]
    if deed == rules.TEAM:
        teams_ = Team.objects.filter(is_active=True).order_by("level", "name").values_list("pk", "level", "name")
        return [(str(pk), f"{level} · {name}") for pk, level, name in teams_]
    if deed == rules.CATEGORY:
        return [(str(pk), str(name)) for pk, name in category_choices()]
    if deed == rules.KIND:
        return [(str(key), str(name)) for key, name in Ticket.Kind.choices]
    if deed in (rules.URGENCY, rules.IMPACT):
        steps = urgency_choices() if deed == rules.URGENCY else impact_choices()
        return [(str(step), words) for step, words in steps]
    return []


def _input(deed: str, actor: Actor) -> dict[str, Any] | None:
    if not deed.startswith(rules.FIELD):
        return None
    field = fields_for(actor).filter(key=deed.removeprefix(rules.FIELD), deleted_at=None).first()
    return {**inputs_of([field], {})[0], "name": "value"} if field else None


@require_POST
@policy("desk")
def begin(request: HttpRequest) -> HttpResponse:
    """Say what would be refused; with ``go`` begin. A few are done at once, many go on by themselves."""
    actor = actor_of(request)
    sent = forms.read(request, "list", "all", "narrow", "q", "deed", "go", lists=["ticket", "value"])
    value = "\n".join(one for one in sent["value"] if one)
    picked = _picked(sent["ticket"], sent, actor)
    context = _context(request.POST, picked, sent["deed"], actor) | {"value": value}
    try:
        if sent["go"] != "yes":
            refused = commands.try_bulk(picked, actor=actor, deed=sent["deed"], value=value)
            tried = min(len(picked), rules.TRIED)
            context |= {"is_tried": True, "tried": tried, "refused": refused, "fine": tried - len(refused)}
            context["is_final"] = not rules.may_be_undone(sent["deed"])
            return answers.sheet(request, SHEET, context)
        run = commands.begin_bulk(picked, actor=actor, deed=sent["deed"], value=value, source=sent["list"])
    except Invalid as refusal:
        return answers.sheet(request, SHEET, {**context, "problems": refusal.fields}, status=422)
    do_few(run, actor)
    return _to(request, run)


def _to(request: HttpRequest, run: BulkRun) -> HttpResponse:
    address = reverse("desk:bulk_run", args=[run.pk])
    if not answers.is_fragment(request):
        return redirect(address)
    response = HttpResponse(status=204)
    response["HX-Redirect"] = address
    return response


@require_GET
@policy("desk")
def listed(request: HttpRequest) -> HttpResponse:
    """One's own runs, the newest first."""
    runs = BulkRun.objects.filter(person_id=actor_of(request).person_id)[:50]
    rows = [{"run": run, "words": words_of(run), "progress": progress_of(run)} for run in runs[:20]]
    return render(request, "web/desk/bulk/list.html", {"rows": rows, "at": "views"})


def words_of(run: BulkRun) -> str:
    """What a run does, in words."""
    kind = rules.FIELD if run.deed.startswith(rules.FIELD) else run.deed
    return str(deed_words().get(kind, run.deed))


@require_GET
@policy("desk")
def page(request: HttpRequest, run_id: int) -> HttpResponse:
    """How far a run is, and what was refused."""
    return render(request, "web/desk/bulk/run.html", {**_state(request, run_id), "at": "views"})


@require_GET
@policy("desk")
def state(request: HttpRequest, run_id: int) -> HttpResponse:
    """The same as a fragment, asked again until the run is finished."""
    return render(request, "web/desk/bulk/state.html", _state(request, run_id))


def _state(request: HttpRequest, run_id: int) -> dict[str, Any]:
    run = run_of(run_id, actor=actor_of(request))
    progress = progress_of(run)
    return {
        "run": run,
        "words": words_of(run),
        "progress": progress,
        "refused": refused_of(run),
        "is_going": run.finished_at is None or (run.undone_at is not None and progress.changed > 0),
        "may_undo": run.finished_at is not None
        and run.undone_at is None
        and progress.changed > 0
        and rules.may_be_undone(run.deed),
        "back_url": _back(run),
    }


def _back(run: BulkRun) -> str:
    if run.source.startswith(list_contents.VIEW):
        return reverse("desk:view", args=[run.source.removeprefix(list_contents.VIEW)])
    return reverse("desk:worklist", args=[run.source]) if run.source else reverse("desk:start")


@require_POST
@policy("desk")
def undo(request: HttpRequest, run_id: int) -> HttpResponse:
    """Take it back: a few at once, many by themselves."""
    actor = actor_of(request)
    forms.read(request)
    run = commands.take_back(run_of(run_id, actor=actor), actor=actor)
    undo_few(run, actor)
    return redirect("desk:bulk_run", run_id=run.pk)
