"""On a ticket: text blocks while one types, macros with their preview, steps of a runbook."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dreiklang.kernel.errors import Conflict, Invalid, NotFound
from dreiklang.kernel.permissions import Actor
from dreiklang.routines import policy as routines
from dreiklang.routines import queries
from dreiklang.routines.commands import running, taking_back
from dreiklang.routines.models import Macro, Runbook, RunbookStep, RunbookTick
from dreiklang.tickets.models import Intervention, Ticket
from dreiklang.tickets.rules import first_words
from dreiklang.web import forms
from dreiklang.web.desk import answers
from dreiklang.web.desk.classification import language
from dreiklang.web.desk.finding import ticket_of
from dreiklang.web.desk.lists import next_after
from dreiklang.web.desk.meanwhile import difference, last_line, version_to_hold
from dreiklang.web.routing import policy


@require_GET
@policy("desk")
def blocks(request: HttpRequest, number: int) -> HttpResponse:
    """Text blocks that fit what is typed after ``::``, filled in for this ticket and in the requester's language."""
    ticket, actor = ticket_of(request, number)
    found = queries.blocks_for(ticket, actor=actor, wanted=request.GET.get("q", "").strip()[:30])
    offered = [
        {"name": one.block.name, "hint": first_words(one.text), "text": one.text, "shortcut": one.block.shortcut}
        for one in found
    ]
    return JsonResponse({"blocks": offered})


@require_http_methods(["GET", "POST"])
@policy("desk")
def macros(request: HttpRequest, number: int) -> HttpResponse:
    """The macros one may run; one of them with what it will do here; running it."""
    ticket, actor = ticket_of(request, number)
    if request.method == "POST":
        return _run(request, ticket, actor)
    wished = forms.whole(request.GET.get("macro", ""))
    if wished is None:
        context = {"ticket": ticket, "macros": queries.macros_for(actor)}
        return answers.sheet(request, "web/desk/sheets/macros.html", context)
    macro = _macro(wished, actor)
    text = queries.filled(macro.words, ticket, actor) if macro.words_as else ""
    return _preview(request, ticket, macro, {"text": text})


def _run(request: HttpRequest, ticket: Ticket, actor: Actor) -> HttpResponse:
    typed = forms.read(request, "macro", "text")
    macro = _macro(forms.whole(typed["macro"]) or 0, actor)
    try:
        running.run_macro(
            macro, ticket, actor=actor, text=typed["text"] if macro.words_as else None,
            version=version_to_hold(request, ticket, actor),
        )  # fmt: skip
    except Invalid as refusal:
        return _preview(request, ticket, macro, typed, problems=refusal.fields, status=422)
    except Conflict:
        return _preview(request, ticket, macro, typed, conflict=difference(request, ticket, actor), status=409)
    stays = _("Its note stays, inside.") if macro.words_as == Macro.Words.NOTE else ""  # a note is not unsaid
    words = " ".join(filter(None, [_("Macro “%(name)s” is done.") % {"name": macro.name}, stays]))
    undo = answers.WayBack(reverse("desk:macro_end", args=[ticket.number]))
    if macro.goes_on and answers.is_fragment(request) and (address := next_after(ticket, actor=actor)):
        response = HttpResponse(status=204)
        response["HX-Location"] = address
        return answers.told(response, ticket, words, undo=undo)
    return answers.done(request, ticket, words, undo=undo)


@require_POST
@policy("desk")
def take_back(request: HttpRequest, number: int) -> HttpResponse:
    """The macro that was run a moment ago: undo its deeds."""
    ticket, actor = ticket_of(request, number)
    forms.read(request)
    return answers.done(request, taking_back.take_back_macro(ticket, actor=actor), _("The macro is taken back."))


def _macro(macro_id: int, actor: Actor) -> Macro:
    found = routines.visible_to(actor, Macro).filter(pk=macro_id, is_active=True).select_related("category").first()
    if found is None:
        raise NotFound
    return found


def _preview(
    request: HttpRequest, ticket: Ticket, macro: Macro, typed: dict[str, Any], *, status: int = 200, **more: Any
) -> HttpResponse:
    deeds = [deed_words(deed) for deed in queries.plan_of(macro, ticket)]
    context = {
        "ticket": ticket, "macro": macro, "deeds": deeds, "typed": typed, "seen": last_line(ticket), "problems": {},
        **more,
    }  # fmt: skip
    return answers.sheet(request, "web/desk/sheets/macro.html", context, status=status)


def deed_words(deed: queries.Deed) -> str:
    """What a macro will do, in words."""
    scale = {1: _("high"), 2: _("medium"), 3: _("low")}
    match deed.kind:
        case "category":
            return _("Category: %(name)s") % {"name": deed.value.name_in(language())}
        case "impact":
            return _("Impact: %(step)s") % {"step": scale[deed.value]}
        case "urgency":
            return _("Urgency: %(step)s") % {"step": scale[deed.value]}
        case "tags":
            return _("Tags: %(names)s") % {"names": ", ".join(deed.value)}
        case "assign":
            return _("Assign it to me") if deed.value == Macro.Holder.ME else _("Give it back to the team")
        case "message":
            return _("Send this answer to the requester")
        case "note":
            return _("Keep this note inside")
        case "resolve":
            return _("Solve it with this answer")
        case "wait":
            return _("Park it until the requester answers")
        case "handover":
            return _("Begin the draft of a handover; what stands there already stays")
    return _("Open the next ticket of the list")


@require_POST
@policy("desk")
def tick(request: HttpRequest, number: int, step_id: int) -> HttpResponse:
    """A step of a runbook is done: it becomes an intervention."""
    ticket, actor = ticket_of(request, number)
    typed = forms.read(request, "result", "outcome", "minutes")
    step = RunbookStep.objects.filter(
        pk=step_id, runbook__in=routines.visible_to(actor, Runbook), is_active=True
    ).first()
    if step is None:
        raise NotFound
    running.tick_step(
        step, ticket, actor=actor, result=typed["result"], outcome=typed["outcome"] or Intervention.Outcome.NONE,
        minutes=typed["minutes"] or 0,
    )  # fmt: skip
    return answers.done(request, ticket, _("Ticked and logged."))


@require_POST
@policy("desk")
def untick(request: HttpRequest, number: int, tick_id: int) -> HttpResponse:
    """Not done after all."""
    ticket, actor = ticket_of(request, number)
    forms.read(request)
    found = RunbookTick.objects.filter(pk=tick_id, ticket=ticket).first()
    if found is None:
        raise NotFound
    running.untick_step(found, actor=actor)
    return answers.done(request, ticket, _("Taken back; the log says so."))


def panel_of(ticket: Ticket, actor: Actor) -> dict[str, Any]:
    """The runbooks beside a ticket."""
    return {"books": queries.runbooks_for(ticket, actor=actor), "outcomes": Intervention.Outcome.choices}
