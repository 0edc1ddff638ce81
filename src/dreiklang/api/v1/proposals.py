"""What the desk proposes for a ticket, with its reason; taken over and put away. For those inside the house."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema

from dreiklang.api.doors import WORKING, scope
from dreiklang.api.v1.tickets import ticket_for
from dreiklang.assistance.commands import deciding
from dreiklang.assistance.models import Proposal
from dreiklang.assistance.queries.shown import offered, proposal_of
from dreiklang.tickets.models import Category

router = Router(tags=["proposals"])
Field = Literal["category", "kind", "service", "priority", "team"]


class ProposalOut(Schema):
    """``value``: a category's key, a kind, a service's or team's number, or impact and urgency as ``2-1``.

    ``probability`` holds: of proposals as sure as this one, so many were right. None: a guess by names alone.
    """

    field: Field
    value: str
    name: str | None
    probability: float | None
    words: list[str]


class UsualMacroOut(Schema):
    """The macro that is mostly run in this category, on so many of its tickets."""

    id: int
    name: str
    runs: int
    tickets: int


class LikeOut(Schema):
    """A like case with the words both hold."""

    ticket: int
    subject: str
    state: str
    words: list[str]
    may_be_same: bool


class OfferedOut(Schema):
    """All that is proposed."""

    fields: list[ProposalOut]
    macro: UsualMacroOut | None
    like: list[LikeOut]


class DecidedOut(Schema):
    """What became of a proposal. ``decision``: ``taken``, ``dismissed`` or empty: open."""

    field: Field
    decision: str
    ticket_version: int


def _decided(proposal: Proposal) -> dict[str, Any]:
    fresh = Proposal.objects.select_related("ticket").get(pk=proposal.pk)
    return {"field": fresh.field, "decision": fresh.decision, "ticket_version": fresh.ticket.version}


@router.get("/tickets/{int:number}/proposals", response=OfferedOut, summary="What is proposed for a ticket")
@scope(*WORKING)
def of_ticket(request: HttpRequest, number: int) -> dict[str, Any]:
    """Nothing for callers outside the house."""
    ticket, actor = ticket_for(request, number)
    found = offered(ticket, actor=actor)
    return {
        "fields": [
            {
                "field": shown.proposal.field,
                "value": shown.record.key if isinstance(shown.record, Category) else shown.proposal.value,
                "name": shown.record.name if shown.record else None,
                "probability": None if shown.proposal.is_guess else round(shown.proposal.probability, 4),
                "words": shown.proposal.words,
            }
            for shown in found.fields
        ],
        "macro": found.macro
        and {
            "id": found.macro.macro.pk, "name": found.macro.macro.name,
            "runs": found.macro.runs, "tickets": found.macro.tickets,
        },
        "like": [
            {
                "ticket": case.ticket.number, "subject": case.ticket.subject, "state": case.ticket.state,
                "words": case.words, "may_be_same": case.may_be_same,
            }
            for case in found.like
        ],
    }  # fmt: skip


@router.put("/tickets/{int:number}/proposals/{field}", response=DecidedOut, summary="Take a proposal over")
@scope(*WORKING)
def take(request: HttpRequest, number: int, field: Field) -> dict[str, Any]:
    """The ticket says so afterwards. 409 if it was decided already, 422 for a team: that takes a handover."""
    ticket, actor = ticket_for(request, number)
    proposal = proposal_of(ticket, field, actor=actor)
    deciding.take(proposal, actor=actor)
    return _decided(proposal)


@router.delete("/tickets/{int:number}/proposals/{field}", response=DecidedOut, summary="Put a proposal away")
@scope(*WORKING)
def dismiss(request: HttpRequest, number: int, field: Field) -> dict[str, Any]:
    """Values that are mostly put away fall silent. 409 if it was decided already."""
    ticket, actor = ticket_for(request, number)
    proposal = proposal_of(ticket, field, actor=actor)
    deciding.dismiss(proposal, actor=actor)
    return _decided(proposal)


@router.delete("/tickets/{int:number}/proposals/{field}/decision", response=DecidedOut, summary="Undo what was decided")
@scope(*WORKING)
def undo(request: HttpRequest, number: int, field: Field) -> dict[str, Any]:
    """What was taken over is as before, what was put away is there again. 409 if nothing was decided."""
    ticket, actor = ticket_for(request, number)
    proposal = proposal_of(ticket, field, actor=actor)
    if proposal.decision == Proposal.Decision.TAKEN:
        deciding.give_back(proposal, actor=actor)
    else:
        deciding.bring_back(proposal, actor=actor)
    return _decided(proposal)
