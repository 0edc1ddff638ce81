"""The second level's worklist for making the first one better, and what the first level works by."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dreiklang.kernel.errors import Invalid, NotFound, WrongState
from dreiklang.kernel.permissions import Actor
from dreiklang.knowledge.queries.reading import heaps_for
from dreiklang.tickets.models import Category
from dreiklang.training import policy as training
from dreiklang.training.commands import processes as commands
from dreiklang.training.models import ProcessKind, Proposal
from dreiklang.training.queries import gaps as found_gaps
from dreiklang.training.queries import lessons, processes
from dreiklang.web import forms
from dreiklang.web.desk.classification import language
from dreiklang.web.desk.learning import tabs_for
from dreiklang.web.routing import actor_of, policy


@require_GET
@policy("desk")
def page(request: HttpRequest) -> HttpResponse:
    """What would let the first level do more: each heap with its number and the way to it."""
    actor = _insider(request)
    unused = found_gaps.unused(actor=actor).select_related("article").defer("body")
    heaps = heaps_for(actor)
    context = {
        "tabs": tabs_for(actor),
        "lessons": lessons.heaps_for(actor),
        "gaps": [
            (gap.category.pk if gap.category else 0, _name(gap.category), gap.cases)
            for gap in found_gaps.gaps(actor=actor)
        ],
        "unused": list(unused[:10]),
        "unused_count": unused.count(),
        "heaps": [
            ("check", _("To be checked"), heaps.get("check", 0)),
            ("disputed", _("Disputed by readers"), heaps.get("disputed", 0)),
            ("review", _("In review"), heaps.get("review", 0)),
            ("drafts", _("Drafts"), heaps.get("drafts", 0)),
        ],
        "proposals": processes.waiting_proposals(actor=actor),
        "days": found_gaps.LOOKED_BACK.days,
    }
    return render(request, "web/desk/lessons/improving.html", context)


def _name(category: Category | None) -> str:
    return category.name_in(language()) if category else _("Without a category")


@require_GET
@policy("desk")
def gap(request: HttpRequest, category_id: int) -> HttpResponse:
    """The escalations of one category of which no article speaks; 0: those without a category."""
    actor = _insider(request)
    category = Category.objects.filter(pk=category_id).first()
    if category is None and category_id:
        raise NotFound
    found = found_gaps.without_article(actor=actor).filter(category=category).order_by("-resolved_at", "-pk")
    context = {"tabs": tabs_for(actor), "name": _name(category), "rows": list(found[: found_gaps.MOST])}
    return render(request, "web/desk/lessons/gap.html", context)


@require_GET
@policy("desk")
def listed(request: HttpRequest) -> HttpResponse:
    """What the first level works by, with version, keeper and proposals."""
    actor = _insider(request)
    rows = processes.processes(actor=actor)
    context = {
        "tabs": tabs_for(actor),
        "kinds": [(name, [row for row in rows if row.kind == key]) for key, name in ProcessKind.choices],
    }
    return render(request, "web/desk/lessons/processes.html", context)


@require_http_methods(["GET", "POST"])
@policy("desk")
def process(request: HttpRequest, kind: str, subject_id: int) -> HttpResponse:
    """One of them; a change is proposed here."""
    actor = _insider(request)
    found = _process(kind, subject_id, actor)
    if request.method == "GET":
        return _shown(request, found, actor)
    typed = forms.read(request, "words")
    try:
        commands.propose(found, actor=actor, words=typed["words"])
    except Invalid as refused:
        return _shown(request, found, actor, typed=typed, problems=refused.fields, status=422)
    messages.success(request, _("Proposed."))
    return _to(found)


@require_POST
@policy("desk")
def keeper(request: HttpRequest, kind: str, subject_id: int) -> HttpResponse:
    """Who keeps it current; nobody if none is chosen."""
    actor = _insider(request)
    found = _process(kind, subject_id, actor)
    wanted = forms.read(request, "person")["person"]
    person = next((p for p in lessons.who_can_see_to() if str(p.pk) == wanted), None)
    try:
        if wanted and person is None:
            raise Invalid({"person": [_("Only members of the house's own teams can see to it.")]})
        commands.name_keeper(found, actor=actor, person=person)
    except Invalid as refused:
        return _shown(request, found, actor, problems=refused.fields, status=422)
    messages.success(request, _("Saved."))
    return _to(found)


DEEDS: dict[str, Callable[..., Proposal]] = {
    "acceptance": commands.accept,
    "end": commands.finish,
    "refusal": commands.decline,
}


@require_POST
@policy("desk")
def answer(request: HttpRequest, proposal_id: int, name: str) -> HttpResponse:
    """What becomes of a proposal: accepted, done, declined, open again, taken back."""
    actor = _insider(request)
    proposal = Proposal.objects.filter(pk=proposal_id).first()
    found = processes.one_process(proposal.kind, proposal.subject_id, actor=actor) if proposal else None
    if proposal is None or found is None:
        raise NotFound
    typed = forms.read(request, "answer")
    try:
        if name in DEEDS:
            DEEDS[name](proposal, actor=actor, answer=typed["answer"])
        elif name == "reopening":
            commands.reopen(proposal, actor=actor)
        elif name == "withdrawal":
            commands.withdraw(proposal, actor=actor)
        else:
            raise NotFound
    except (Invalid, WrongState) as refused:
        problems = refused.fields if isinstance(refused, Invalid) else {"": [str(refused)]}
        status = 422 if isinstance(refused, Invalid) else 409
        typed |= {"proposal": str(proposal.pk)}
        return _shown(request, found, actor, typed=typed, problems=problems, status=status)
    messages.success(request, _("Saved."))
    return _to(found)


def _shown(
    request: HttpRequest,
    found: processes.Process,
    actor: Actor,
    *,
    typed: dict[str, Any] | None = None,
    problems: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    rows = processes.proposals_for(found)
    may_keep = training.may_keep_process(actor, found.kind, found.id)
    context = {
        "tabs": tabs_for(actor),
        "process": found,
        "kind_name": dict(ProcessKind.choices)[found.kind],
        "rows": [(one, training.may_withdraw_proposal(actor, one)) for one in rows],
        "may_keep": may_keep,
        "may_name": training.may_improve(actor),
        "helpers": lessons.who_can_see_to() if training.may_improve(actor) else [],
        "place": _place(found, actor),
        "typed": typed or {},
        "problems": problems or {},
    }
    return render(request, "web/desk/lessons/process.html", context, status=status)


def _place(found: processes.Process, actor: Actor) -> str:
    """Where it is changed, for those who may open that page."""
    if found.kind in (ProcessKind.INFORMATION, ProcessKind.ROUTING):
        return reverse("control:category", args=[found.id]) if actor.has("control.use") else ""
    slug = "runbooks" if found.kind == ProcessKind.RUNBOOK else "macros"
    return reverse("desk:routine", args=[slug, found.id])


def _process(kind: str, subject_id: int, actor: Actor) -> processes.Process:
    found = processes.one_process(kind, subject_id, actor=actor)
    if found is None:
        raise NotFound
    return found


def _to(found: processes.Process) -> HttpResponse:
    return redirect("desk:process", kind=found.kind, subject_id=found.id)


def _insider(request: HttpRequest) -> Actor:
    actor = actor_of(request)
    if not training.may_look(actor):
        raise NotFound
    return actor
