"""Proposals beside a ticket: each with its probability, its reason, one click to take it over or put it away."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dreiklang.assistance.commands import deciding
from dreiklang.assistance.models import Proposal
from dreiklang.assistance.queries.shown import Shown, offered, proposal_of
from dreiklang.assistance.rules.fields import CATEGORY, KIND, PRIORITY, SERVICE, TEAM, scales
from dreiklang.kernel.permissions import Actor
from dreiklang.tickets import policy as tickets
from dreiklang.tickets.models import Category, Ticket
from dreiklang.tickets.queries import priority_for
from dreiklang.web import forms
from dreiklang.web.desk import answers
from dreiklang.web.desk.classification import language
from dreiklang.web.desk.finding import ticket_of
from dreiklang.web.routing import policy


def panel_of(ticket: Ticket, actor: Actor) -> dict[str, Any]:
    """What is proposed, in words."""
    found = offered(ticket, actor=actor)
    rows = [
        {
            "proposal": shown.proposal,
            "name": field_names()[shown.proposal.field],
            "value": value_words(shown),
            "percent": min(round(shown.proposal.probability * 100), 99),  # nothing learned is certain
            "to_team": shown.record.pk if shown.proposal.field == TEAM and shown.record else None,
        }
        for shown in found.fields
    ]
    return {"rows": rows, "macro": found.macro, "like": found.like, "may_work": tickets.may_work(actor, ticket)}


def field_names() -> dict[str, str]:
    """How the fields are called."""
    return {
        CATEGORY: _("Category"),
        KIND: _("Kind"),
        SERVICE: _("Service"),
        PRIORITY: _("Priority"),
        TEAM: _("Solved mostly by"),
    }


def value_words(shown: Shown) -> str:
    """The proposed value as the reader calls it."""
    if shown.proposal.field == KIND:
        return str(dict(Ticket.Kind.choices).get(shown.proposal.value, shown.proposal.value))
    if shown.proposal.field == PRIORITY:
        impact, urgency = scales(shown.proposal.value)
        steps = {1: _("high"), 2: _("medium"), 3: _("low")}
        return _("%(priority)s (impact %(impact)s, urgency %(urgency)s)") % {
            "priority": priority_for(impact, urgency), "impact": steps[impact], "urgency": steps[urgency]
        }  # fmt: skip
    if isinstance(shown.record, Category):
        return shown.record.name_in(language())
    return shown.record.name if shown.record else shown.proposal.value


def _found(request: HttpRequest, number: int, field: str) -> tuple[Ticket, Proposal, Actor]:
    ticket, actor = ticket_of(request, number)
    forms.read(request)
    return ticket, proposal_of(ticket, field, actor=actor), actor


@require_POST
@policy("desk")
def take(request: HttpRequest, number: int, field: str) -> HttpResponse:
    """Take a proposal over; ten seconds to undo it."""
    ticket, proposal, actor = _found(request, number, field)
    deciding.take(proposal, actor=actor)
    undo = answers.WayBack(reverse("desk:proposal_end", args=[number, field]))
    return answers.done(request, ticket, _("Taken over: %(field)s.") % {"field": field_names()[field]}, undo=undo)


@require_POST
@policy("desk")
def give_back(request: HttpRequest, number: int, field: str) -> HttpResponse:
    """What was taken over is undone."""
    ticket, proposal, actor = _found(request, number, field)
    deciding.give_back(proposal, actor=actor)
    return answers.done(request, ticket, _("As it was before."))


@require_POST
@policy("desk")
def dismiss(request: HttpRequest, number: int, field: str) -> HttpResponse:
    """Put a proposal away; ten seconds to bring it back."""
    ticket, proposal, actor = _found(request, number, field)
    deciding.dismiss(proposal, actor=actor)
    undo = answers.WayBack(reverse("desk:proposal_back", args=[number, field]))
    return answers.done(request, ticket, _("Put away."), undo=undo)


@require_POST
@policy("desk")
def bring_back(request: HttpRequest, number: int, field: str) -> HttpResponse:
    """It was put away by mistake."""
    ticket, proposal, actor = _found(request, number, field)
    deciding.bring_back(proposal, actor=actor)
    return answers.done(request, ticket, _("It is there again."))
