"""Between the levels: handovers, acceptance, hand-backs, relays, the direct line."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from dreiklang.api.doors import WORKING, caller, scope
from dreiklang.api.shapes import Asked, Page, TeamRef, TicketOut, Words
from dreiklang.api.v1.tickets import shown, team_for, ticket_for
from dreiklang.escalation import queries, rules
from dreiklang.escalation.commands import handing_back, handing_over, relaying
from dreiklang.escalation.models import HandBack, Handover, Relay
from dreiklang.kernel.errors import NotAllowed, NotFound
from dreiklang.tickets import policy
from dreiklang.tickets.models import Ticket

router = Router(tags=["levels"])
Text = Annotated[str, Field(max_length=20_000)]


class StepShape(Asked):
    """Something tried, and what came of it."""

    text: Annotated[str, Field(max_length=2000)]
    result: Annotated[str, Field(max_length=500)] = ""
    outcome: Literal["helped", "no_effect", "ruled_out", "found", "none"] = "none"


class CaseIn(Asked):
    """A handover: what the next level needs. What is missing is answered with 422 and ``missing``."""

    to_team_id: int
    reason: Text = ""
    observations: Text = ""
    steps: Annotated[list[StepShape], Field(max_length=100)] = []
    ruled_out: Text = ""
    affected: Text = ""
    question: Text = ""
    at_once_because: Text = ""
    version: int | None = None


class HandoverOut(Schema):
    """A handover as it was made, and what became of it."""

    id: int
    from_level: int
    from_team_id: int
    to_level: int
    to_team_id: int
    reason: str
    observations: str
    steps: list[dict[str, str]]
    ruled_out: str
    affected: str
    question: str
    at_once_because: str
    missing: list[str]
    handed_at: datetime
    accepted_at: datetime | None
    accepted_by_id: int | None
    ended_at: datetime | None


class NextTeamOut(TeamRef):
    """A legal next team, with what speaks for it."""

    present: int
    open_tickets: int
    helped_before: int
    is_proposed: bool
    is_covered: bool


def _handover(row: Handover) -> HandoverOut:
    return HandoverOut(**{name: getattr(row, name) for name in HandoverOut.model_fields})


@router.get("/tickets/{int:number}/next-teams", response=Page[NextTeamOut], summary="Who may get it next")
@scope(*WORKING)
def next_teams(request: HttpRequest, number: int) -> list[NextTeamOut]:
    """The legal next teams, the proposed one first."""
    ticket, actor = ticket_for(request, number)
    if not policy.may_work(actor, ticket):
        raise NotAllowed()
    return [
        NextTeamOut(
            id=n.team.pk, key=n.team.key, name=n.team.name, level=n.team.level, present=n.present,
            open_tickets=n.open_tickets, helped_before=n.helped_before, is_proposed=position == 0,
            is_covered=n.is_covered,
        )
        for position, n in enumerate(queries.next_teams(ticket))
    ]  # fmt: skip


@router.get("/tickets/{int:number}/handovers", response=Page[HandoverOut], summary="The way so far")
@scope(*WORKING)
def list_handovers(request: HttpRequest, number: int) -> list[HandoverOut]:
    """Handovers of a ticket, oldest first; an outside team sees those to itself."""
    ticket, actor = ticket_for(request, number)
    if not policy.works_inside(actor, ticket):
        raise NotAllowed()
    rows = Handover.objects.filter(ticket=ticket).order_by("pk")
    if policy.is_outside_house(actor):
        rows = rows.filter(to_team_id__in=actor.teams)
    return [_handover(row) for row in rows]


@router.post("/tickets/{int:number}/handovers", response={201: HandoverOut}, summary="Hand over")
@scope(*WORKING)
def hand_over(request: HttpRequest, number: int, asked: CaseIn) -> Status[HandoverOut]:
    """Hand a ticket to a higher level, or across between expert teams."""
    ticket, actor = ticket_for(request, number)
    case = rules.Case(
        reason=asked.reason,
        observations=asked.observations,
        steps=[rules.Step(s.text, s.result, s.outcome) for s in asked.steps],
        ruled_out=asked.ruled_out,
        affected=asked.affected,
        question=asked.question,
    )
    made = handing_over.hand_over(
        ticket,
        actor=actor,
        to_team=team_for(actor, asked.to_team_id, "to_team_id"),
        case=case,
        at_once_because=asked.at_once_because,
        version=asked.version,
    )
    return Status(201, _handover(made))


@router.post("/handovers/{int:handover_id}/acceptance", response=HandoverOut, summary="Accept")
@scope(*WORKING)
def accept(request: HttpRequest, handover_id: int) -> HandoverOut:
    """Take over what was handed to one's team; 409 if somebody else was quicker."""
    actor = caller(request)
    found = Handover.objects.filter(pk=handover_id, ticket__in=policy.visible_to(actor)).first()
    if found is None:
        raise NotFound("There is no such handover.")
    return _handover(handing_over.accept(found, actor=actor))


class HandBackIn(Asked):
    """The way down."""

    kind: Literal["incomplete", "not_ours", "solved", "advice"]
    reason: Text = ""
    solution: Text = ""
    hint: Text = ""
    version: int | None = None


class HandBackOut(Schema):
    """A hand-back as it was made."""

    id: int
    kind: str
    from_level: int
    from_team_id: int
    to_level: int
    to_team_id: int
    reason: str
    solution: str
    hint: str
    handed_at: datetime


@router.post("/tickets/{int:number}/hand-backs", response={201: HandBackOut}, summary="Hand back, or return solved")
@scope(*WORKING)
def hand_back(request: HttpRequest, number: int, asked: HandBackIn) -> Status[HandBackOut]:
    """Give a ticket back to the team it came from."""
    ticket, actor = ticket_for(request, number)
    row: HandBack = handing_back.hand_back(ticket, actor=actor, **asked.model_dump())
    return Status(201, HandBackOut(**{name: getattr(row, name) for name in HandBackOut.model_fields}))


class RelayOut(Schema):
    """An answer offered to the level below."""

    id: int
    from_level: int
    to_level: int
    to_team_id: int
    text: str
    state: str
    offered_at: datetime


class TextIn(Asked):
    """Words."""

    text: Words


class UseIn(TextIn):
    """Words for the requester; ``confirmed`` says somebody read them before they leave."""

    confirmed: bool


def _relay(row: Relay) -> RelayOut:
    return RelayOut(**{name: getattr(row, name) for name in RelayOut.model_fields})


@router.post("/tickets/{int:number}/relays", response={201: RelayOut}, summary="Offer an answer to the level below")
@scope(*WORKING)
def offer_relay(request: HttpRequest, number: int, asked: TextIn) -> Status[RelayOut]:
    """Internal until the level below sends words of its own."""
    ticket, actor = ticket_for(request, number)
    return Status(201, _relay(relaying.offer_relay(ticket, actor=actor, text=asked.text)))


def _relay_for(request: HttpRequest, relay_id: int) -> Relay:
    found = (
        Relay.objects.filter(pk=relay_id, ticket__in=policy.visible_to(caller(request)))
        .select_related("ticket")
        .first()
    )
    if found is None or not policy.works_inside(caller(request), found.ticket):
        raise NotFound("There is no such relay.")
    return found


@router.post("/relays/{int:relay_id}/message", response=RelayOut, summary="Send it to the requester")
@scope(*WORKING)
def use_relay(request: HttpRequest, relay_id: int, asked: UseIn) -> RelayOut:
    """Only the level it was offered to; in its own words."""
    found = _relay_for(request, relay_id)
    relaying.use_relay(found, actor=caller(request), text=asked.text, confirmed=asked.confirmed)
    found.refresh_from_db()
    return _relay(found)


@router.delete("/relays/{int:relay_id}", response=RelayOut, summary="Set it aside")
@scope(*WORKING)
def dismiss_relay(request: HttpRequest, relay_id: int) -> RelayOut:
    """Set an offered answer aside."""
    return _relay(relaying.dismiss_relay(_relay_for(request, relay_id), actor=caller(request)))


class ReasonIn(Asked):
    """Why."""

    reason: Text


@router.put("/tickets/{int:number}/direct-line", response=TicketOut, summary="Work with the customer")
@scope(*WORKING)
def open_direct_line(request: HttpRequest, number: int, asked: ReasonIn) -> Any:
    """Let level 3 write to the requester of this ticket."""
    ticket, actor = ticket_for(request, number)
    relaying.open_direct_line(ticket, actor=actor, reason=asked.reason)
    return _fresh(ticket)


@router.delete("/tickets/{int:number}/direct-line", response=TicketOut, summary="Behind the level below again")
@scope(*WORKING)
def close_direct_line(request: HttpRequest, number: int) -> Any:
    """Close the direct line."""
    ticket, actor = ticket_for(request, number)
    relaying.close_direct_line(ticket, actor=actor)
    return _fresh(ticket)


def _fresh(ticket: Ticket) -> TicketOut:
    names = ("requester", "team", "assignee", "category")
    return shown(Ticket.objects.select_related(*names).get(pk=ticket.pk))
