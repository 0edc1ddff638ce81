"""Making two tickets one, with a look at what would become of them first; and two again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dreiklang.kernel.errors import Invalid, WrongState
from dreiklang.kernel.permissions import Actor
from dreiklang.tickets import policy as tickets
from dreiklang.tickets.commands import merging
from dreiklang.tickets.models import Ticket
from dreiklang.tickets.queries.merging import merge_in_force, plan_of, reason_words
from dreiklang.web import forms
from dreiklang.web.desk import answers, sheets
from dreiklang.web.desk.answers import WayBack
from dreiklang.web.desk.finding import ticket_of
from dreiklang.web.desk.ties import near_ones, other_of
from dreiklang.web.routing import policy

HERE, THERE = "here", "there"


@require_http_methods(["GET", "POST"])
@policy("desk")
def merge(request: HttpRequest, number: int) -> HttpResponse:
    """Merge with another ticket: which, in which direction, and whether somebody is told."""

    def start(ticket: Ticket, actor: Actor) -> Mapping[str, Any]:
        return {"others": near_ones(ticket, "", actor=actor), "typed": {"direction": THERE}}

    def deed(ticket: Ticket, actor: Actor, typed: Mapping[str, Any]) -> Any:
        merged, survivor = _sides(ticket, typed, actor)
        made = merging.merge(
            merged,
            actor=actor,
            into=survivor,
            word=typed["word"],
            copies=typed["copies"] == "on",
            version=typed["version"] if merged.pk == ticket.pk else None,
        )
        undo = WayBack(reverse("desk:parting", args=[made.merged.number]))
        return _("%(merged)s goes on in %(survivor)s.") % {
            "merged": made.merged.number,
            "survivor": made.survivor.number,
        }, undo

    return sheets.run(
        request,
        number,
        template="web/desk/sheets/merge.html",
        fields=("other", "direction", "word", "copies"),
        deed=deed,
        start=start,
    )


@require_GET
@policy("desk")
def preview(request: HttpRequest, number: int) -> HttpResponse:
    """What would become of the two, before anything is done."""
    ticket, actor = ticket_of(request, number)
    typed = {name: request.GET.get(name, "") for name in ("other", "direction", "copies")}
    context: dict[str, Any] = {}
    try:
        merged, survivor = _sides(ticket, typed, actor)
    except Invalid as refusal:
        context["refusal"] = refusal.fields.get("other", [""])[0] if typed["other"] else ""
    else:
        plan = plan_of(merged, survivor, actor=actor, copies=typed["copies"] == "on")
        context = {"plan": plan, "refusal": reason_words(plan)}
        if not plan.reason and not tickets.may_merge(actor, merged, survivor):
            context["refusal"] = _("You may not hand the first of the two on; ask the team that has it.")
    return render(request, "web/desk/merge_preview.html", context)


def _sides(ticket: Ticket, typed: Mapping[str, Any], actor: Actor) -> tuple[Ticket, Ticket]:
    """Which of the two goes on in the other."""
    other = other_of(typed["other"], actor=actor)
    return (other, ticket) if typed["direction"] == HERE else (ticket, other)


@require_POST
@policy("desk")
def part(request: HttpRequest, number: int) -> HttpResponse:
    """Undo the merge of this ticket."""
    ticket, actor = ticket_of(request, number)
    forms.read(request)
    made = merge_in_force(ticket)
    if made is None:
        raise WrongState(_("These two were parted already."), code="already_parted")
    merging.part(made, actor=actor)
    return answers.done(request, ticket, _("Parted again. What came meanwhile has come along."))
