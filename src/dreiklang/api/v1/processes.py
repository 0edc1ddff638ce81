"""What the first level works by: versions, keepers, proposals; and where it has nothing to go by."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from dreiklang.api.doors import WORKING, caller, scope
from dreiklang.api.shapes import Asked, Page, PersonRef
from dreiklang.api.v1.tickets import person_for
from dreiklang.kernel.errors import NotFound
from dreiklang.kernel.permissions import Actor
from dreiklang.organizations.models import Person
from dreiklang.training.commands import processes as commands
from dreiklang.training.models import Proposal
from dreiklang.training.policy import may_look
from dreiklang.training.queries import gaps, processes

router = Router(tags=["processes"])
Kind = Literal["information", "routing", "runbook", "macro"]
Words = Annotated[str, Field(max_length=10_000)]


class ProcessOut(Schema):
    """One thing the first level works by; ``detail``: what it says now; ``waiting``: proposals that wait."""

    kind: str
    id: int
    name: str
    version: int
    detail: str
    keeper: PersonRef | None
    waiting: int


class ProcessProposalOut(Schema):
    """A proposed change and what became of it."""

    id: int
    kind: str
    subject_id: int
    subject_version: int
    words: str
    author: PersonRef | None
    made_at: datetime
    state: str
    answer: str
    answered_at: datetime | None


class KeeperIn(Asked):
    """Who keeps it; null: nobody."""

    person_id: int | None


class ProposalIn(Asked):
    """What should be different."""

    words: Words


class ProposalAnswerIn(Asked):
    """What becomes of a proposal. ``declined`` needs an answer."""

    state: Literal["accepted", "done", "declined", "open", "withdrawn"]
    answer: Words = ""


class GapOut(Schema):
    """How many escalations of a category have neither article nor lesson."""

    category: str | None
    cases: int


def _person(person: Person | None) -> dict[str, Any] | None:
    return {"id": person.pk, "name": person.name} if person else None


def _shown(found: processes.Process) -> dict[str, Any]:
    names = ("kind", "id", "name", "version", "detail", "waiting")
    return {**{name: getattr(found, name) for name in names}, "keeper": _person(found.keeper)}


def _process(actor: Actor, kind: str, subject_id: int) -> processes.Process:
    found = processes.one_process(kind, subject_id, actor=actor)
    if found is None:
        raise NotFound("There is no such process.")
    return found


def _proposal(proposal: Proposal) -> dict[str, Any]:
    names = ("id", "kind", "subject_id", "subject_version", "words", "made_at", "state", "answer", "answered_at")
    return {**{name: getattr(proposal, name) for name in names}, "author": _person(proposal.author)}


@router.get("/processes", response=list[ProcessOut], summary="What the first level works by")
@scope(*WORKING)
def listed(request: HttpRequest) -> list[dict[str, Any]]:
    """By kind and name."""
    return [_shown(one) for one in processes.processes(actor=caller(request))]


@router.put("/processes/{str:kind}/{int:subject_id}/keeper", response=ProcessOut, summary="Who keeps it current")
@scope(*WORKING)
def keeper(request: HttpRequest, kind: Kind, subject_id: int, asked: KeeperIn) -> dict[str, Any]:
    """Somebody of the house's own teams, or nobody."""
    actor = caller(request)
    person = person_for(actor, asked.person_id, "person_id") if asked.person_id is not None else None
    commands.name_keeper(_process(actor, kind, subject_id), actor=actor, person=person)
    return _shown(_process(actor, kind, subject_id))


@router.get(
    "/processes/{str:kind}/{int:subject_id}/proposals",
    response=Page[ProcessProposalOut],
    summary="What was proposed for it",
)
@scope(*WORKING)
def proposals(request: HttpRequest, kind: Kind, subject_id: int) -> list[dict[str, Any]]:
    """What waits first, then the newest."""
    return [_proposal(one) for one in processes.proposals_for(_process(caller(request), kind, subject_id))]


@router.post(
    "/processes/{str:kind}/{int:subject_id}/proposals", response={201: ProcessProposalOut}, summary="Propose a change"
)
@scope(*WORKING)
def propose(request: HttpRequest, kind: Kind, subject_id: int, asked: ProposalIn) -> tuple[int, dict[str, Any]]:
    """Everybody inside may."""
    actor = caller(request)
    return 201, _proposal(commands.propose(_process(actor, kind, subject_id), actor=actor, words=asked.words))


@router.put("/proposals/{int:proposal_id}/state", response=ProcessProposalOut, summary="What becomes of a proposal")
@scope(*WORKING)
def answer(request: HttpRequest, proposal_id: int, asked: ProposalAnswerIn) -> dict[str, Any]:
    """409 if its state does not allow that."""
    actor = caller(request)
    proposal = Proposal.objects.filter(pk=proposal_id).first()
    if proposal is None or not may_look(actor):
        raise NotFound("There is no such proposal.")
    _process(actor, proposal.kind, proposal.subject_id)
    if asked.state == "open":
        return _proposal(commands.reopen(proposal, actor=actor))
    if asked.state == "withdrawn":
        return _proposal(commands.withdraw(proposal, actor=actor))
    deed = {"accepted": commands.accept, "done": commands.finish, "declined": commands.decline}[asked.state]
    return _proposal(deed(proposal, actor=actor, answer=asked.answer))


@router.get("/knowledge-gaps", response=list[GapOut], summary="Escalations without an article, by category")
@scope(*WORKING)
def knowledge_gaps(request: HttpRequest) -> list[dict[str, Any]]:
    """Of the last ninety days, the most first."""
    found = gaps.gaps(actor=caller(request))
    return [{"category": one.category.key if one.category else None, "cases": one.cases} for one in found]
