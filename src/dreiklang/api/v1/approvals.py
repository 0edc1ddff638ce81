"""Approvals on a ticket: asked, answered, withdrawn."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from dreiklang.api.doors import READING, WORKING, caller, scope
from dreiklang.api.paging import whole
from dreiklang.api.shapes import Asked
from dreiklang.approvals import policy, queries
from dreiklang.approvals.commands import ask_approval, vote, withdraw_approval
from dreiklang.approvals.models import Approval, Vote
from dreiklang.kernel.errors import NotFound
from dreiklang.kernel.permissions import Actor
from dreiklang.organizations import queries as people
from dreiklang.tickets import policy as tickets
from dreiklang.tickets.models import Ticket

router = Router(tags=["approvals"])
Id = Annotated[int, Field(ge=1, lt=2**62)]


class VoteOut(Schema):
    """What one person said: *yes*, *no*, or nothing yet."""

    id: int
    person_id: int
    answer: str
    words: str
    voted_at: datetime | None
    voted_by_id: int | None


class ApprovalOut(Schema):
    """An approval: *open*, *granted*, *refused* or *withdrawn*."""

    id: int
    question: str
    cost: Decimal | None
    needs: str
    state: str
    asked_by_id: int | None
    asked_at: datetime
    decided_at: datetime | None
    votes: list[VoteOut]


class ApprovalPage(Schema):
    """The approvals of a ticket."""

    items: list[ApprovalOut]
    next: str | None


class QuestionOut(Schema):
    """A question that waits for the caller's yes or no."""

    id: int
    approval_id: int
    ticket: int
    subject: str
    question: str
    cost: Decimal | None


class QuestionPage(Schema):
    """Everything that waits for the caller."""

    items: list[QuestionOut]
    next: str | None


class ApprovalIn(Asked):
    """Whom to ask what; *all* must agree, or *one* is enough."""

    question: Annotated[str, Field(max_length=5_000)]
    person_ids: Annotated[list[Id], Field(max_length=20)]
    needs: Annotated[str, Field(max_length=5)] = "all"
    cost: Annotated[Decimal, Field(ge=0, lt=10**9, decimal_places=2)] | None = None


class VoteIn(Asked):
    """*yes*, or *no* with a word why."""

    answer: Annotated[str, Field(max_length=5)]
    words: Annotated[str, Field(max_length=5_000)] = ""


def shown(approval: Approval) -> dict[str, Any]:
    """An approval as the API tells it."""
    told = {name: getattr(approval, name) for name in ApprovalOut.model_fields if name != "votes"}
    return {**told, "votes": list(approval.votes.all())}


@router.get("/tickets/{int:number}/approvals", response=ApprovalPage)
@scope(*WORKING)
def list_approvals(request: HttpRequest, number: int) -> dict[str, Any]:
    """The approvals of a ticket, newest first."""
    actor = caller(request)
    found = policy.approvals_of(_ticket(number, actor), actor=actor).order_by("-pk")[:100]
    return whole([shown(one) for one in found])


@router.post("/tickets/{int:number}/approvals", response={201: ApprovalOut})
@scope(*WORKING)
def ask(request: HttpRequest, number: int, asked: ApprovalIn) -> Any:
    """Ask for an approval; a task blocks the ticket until it is decided."""
    actor = caller(request)
    persons = [people.person(key, actor=actor) for key in asked.person_ids]
    made = ask_approval(
        _ticket(number, actor), actor=actor, question=asked.question, persons=persons, needs=asked.needs,
        cost=asked.cost,
    )  # fmt: skip
    return 201, shown(made)


@router.delete("/approvals/{int:approval_id}", response=ApprovalOut)
@scope(*WORKING)
def withdraw(request: HttpRequest, approval_id: int) -> dict[str, Any]:
    """No answer is needed any more."""
    actor = caller(request)
    found = Approval.objects.select_related("ticket").filter(pk=approval_id).first()
    if found is None or not policy.approvals_of(found.ticket, actor=actor).filter(pk=approval_id).exists():
        raise NotFound(code="no_approval")
    return shown(withdraw_approval(found, actor=actor))


@router.get("/votes", response=QuestionPage)
@scope(*READING)
def questions(request: HttpRequest) -> dict[str, Any]:
    """What waits for the caller's yes or no, own and of those the caller stands in for."""
    return whole([_question(vote) for vote in queries.waiting_for(caller(request))])


@router.put("/votes/{int:vote_id}", response=VoteOut)
@scope(*READING)
def answer(request: HttpRequest, vote_id: int, asked: VoteIn) -> Vote:
    """Say yes or no."""
    actor = caller(request)
    found = queries.waiting_vote(vote_id, actor=actor)
    if found is None:
        raise NotFound(code="no_vote")
    return vote(found, actor=actor, answer=asked.answer, words=asked.words)


def _question(vote: Vote) -> dict[str, Any]:
    approval = vote.approval
    return {
        "id": vote.pk, "approval_id": approval.pk, "ticket": approval.ticket.number, "subject": approval.ticket.subject,
        "question": approval.question, "cost": approval.cost,
    }  # fmt: skip


def _ticket(number: int, actor: Actor) -> Ticket:
    found = tickets.visible_to(actor).filter(number=number).first()
    if found is None:
        raise NotFound(code="no_ticket")
    return found
