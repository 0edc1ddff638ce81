"""Complaints with their owners and measures, playbooks, and what vendors were asked."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from dreiklang.api.doors import READING, WORKING, caller, scope
from dreiklang.api.shapes import Asked
from dreiklang.api.v1.tickets import ticket_for
from dreiklang.api.v1.together import inside, other_for
from dreiklang.kernel.errors import Invalid, NotAllowed, NotFound
from dreiklang.kernel.permissions import Actor
from dreiklang.organizations.models import Person
from dreiklang.organizations.policy import persons_visible_to
from dreiklang.sla.commands.vendors import note_case_number
from dreiklang.sla.models import VendorWait
from dreiklang.sla.queries.vendors import waits_visible_to
from dreiklang.tickets import policy
from dreiklang.tickets.commands import complaints as commands
from dreiklang.tickets.commands.playbooks import change_playbook
from dreiklang.tickets.models import Complaint, Measure, Playbook, Ticket
from dreiklang.tickets.queries.complaints import complaint_of

router = Router(tags=["complaints"])
Id = Annotated[int, Field(ge=1, lt=2**62)]


class MeasureOut(Schema):
    """What is changed because of a complaint."""

    id: int
    text: str
    owner_id: int | None
    due_date: date | None
    done_at: datetime | None


class ComplaintOut(Schema):
    """Who answers for a complaint, what it is about (null where the caller may not see that), its measures."""

    owner_id: int
    about: int | None
    about_level: int
    measures: list[MeasureOut]


class ComplaintIn(Asked):
    """The owner, outside the level it is about; ``about``: the number of a ticket."""

    owner_id: Id
    about: Id | None = None
    about_level: int | None = None
    version: int | None = None


class ComplaintFiledIn(Asked):
    """What went wrong with a ticket of one's own."""

    text: Annotated[str, Field(max_length=20_000)]


class ComplaintFiledOut(Schema):
    """The ticket of the complaint."""

    number: int
    opened_at: datetime


class MeasureIn(Asked):
    """What is changed, who sees to it, until when."""

    text: Annotated[str, Field(max_length=2000)]
    owner_id: Id | None = None
    due_date: date | None = None


class PlaybookIn(Asked):
    """The words by language; a language left out has the usual ones."""

    texts: Annotated[dict[str, Annotated[str, Field(max_length=20_000)]], Field(max_length=10)]
    version: int | None = None


class PlaybookOut(Schema):
    """A playbook that the desk has worded itself."""

    occasion: str
    texts: dict[str, str]
    version: int


class VendorOut(Schema):
    """What a vendor was asked; ``due_at`` null: no contract says by when."""

    organization_id: int
    name: str
    asked_at: datetime
    due_at: datetime | None
    ended_at: datetime | None
    was_answered: bool
    reference: str
    contacts: str


class CaseNumberIn(Asked):
    """The vendor's number for the case; empty takes it back."""

    reference: Annotated[str, Field(max_length=300)]


@router.post("/tickets/{int:number}/complaints", response={201: ComplaintFiledOut}, summary="Complain as requester")
@scope(*READING)
def file_as_requester(request: HttpRequest, number: int, asked: ComplaintFiledIn) -> Status[Ticket]:
    """It becomes a ticket of its own, about the level that has this one; 409 while another runs."""
    ticket, actor = ticket_for(request, number)
    return Status(201, commands.file_complaint(ticket, actor=actor, text=asked.text))


@router.get("/tickets/{int:number}/complaint", response=ComplaintOut, summary="Who answers for a complaint")
@scope(*WORKING)
def get_complaint(request: HttpRequest, number: int) -> ComplaintOut:
    """404 while nobody does, and for a ticket that is no complaint."""
    ticket, actor = _kept(request, number)
    return _shown(_complaint(ticket), actor)


@router.put("/tickets/{int:number}/complaint", response=ComplaintOut, summary="Name the owner of a complaint")
@scope(*WORKING)
def put_complaint(request: HttpRequest, number: int, asked: ComplaintIn) -> ComplaintOut:
    """422 at ``owner`` for somebody of the level it is about."""
    ticket, actor = _kept(request, number)
    owner = _person(actor, asked.owner_id)
    about = None if asked.about is None else other_for(actor, asked.about, "about")
    assert owner is not None
    made = commands.take_complaint(
        ticket, actor=actor, owner=owner, about=about, about_level=asked.about_level, version=asked.version
    )
    return _shown(made, actor)


@router.post("/tickets/{int:number}/complaint/measures", response={201: MeasureOut}, summary="Decide a measure")
@scope(*WORKING)
def decide(request: HttpRequest, number: int, asked: MeasureIn) -> Status[Measure]:
    """A complaint needs an owner first."""
    ticket, actor = _kept(request, number)
    owner = None if asked.owner_id is None else _person(actor, asked.owner_id)
    return Status(
        201,
        commands.decide_measure(_complaint(ticket), actor=actor, text=asked.text, owner=owner, due_date=asked.due_date),
    )


@router.put("/tickets/{int:number}/complaint/measures/{int:measure_id}/completion", response=MeasureOut,
            summary="A measure is done")  # fmt: skip
@scope(*WORKING)
def finish(request: HttpRequest, number: int, measure_id: int) -> Measure:
    """409 if it is so already."""
    found, actor = _measure(request, number, measure_id)
    return commands.finish_measure(found, actor=actor)


@router.delete("/tickets/{int:number}/complaint/measures/{int:measure_id}/completion", response=MeasureOut,
               summary="A measure is not done after all")  # fmt: skip
@scope(*WORKING)
def reopen(request: HttpRequest, number: int, measure_id: int) -> Measure:
    """409 if it is not done."""
    found, actor = _measure(request, number, measure_id)
    return commands.reopen_measure(found, actor=actor)


@router.delete("/tickets/{int:number}/complaint/measures/{int:measure_id}", response={204: None},
               summary="Take a measure back")  # fmt: skip
@scope(*WORKING)
def drop(request: HttpRequest, number: int, measure_id: int) -> Status[None]:
    """The journal keeps that it was decided."""
    found, actor = _measure(request, number, measure_id)
    commands.drop_measure(found, actor=actor)
    return Status(204, None)


@router.get("/playbooks", response=list[PlaybookOut], summary="Playbooks in the desk's own words")
@scope(*WORKING)
def list_playbooks(request: HttpRequest) -> list[Playbook]:
    """Only inside the house; an occasion that is not listed has the usual words."""
    if policy.is_outside_house(caller(request)):
        raise NotAllowed()
    return list(Playbook.objects.order_by("occasion"))


@router.put("/playbooks/{slug:occasion}", response={200: PlaybookOut, 204: None}, summary="Word a playbook")
@scope("control.use")
def put_playbook(request: HttpRequest, occasion: str, asked: PlaybookIn) -> tuple[int, Playbook | None]:
    """204 where no words are left: the usual ones hold again."""
    made = change_playbook(occasion, actor=caller(request), texts=asked.texts, version=asked.version)
    return (200, made) if made else (204, None)


@router.get("/tickets/{int:number}/vendors", response=list[VendorOut], summary="What vendors were asked")
@scope(*WORKING)
def list_vendors(request: HttpRequest, number: int) -> list[VendorOut]:
    """The newest first; only the provider's own people."""
    ticket, actor = inside(request, number)
    return [_vendor(wait) for wait in waits_visible_to(actor, ticket)[:200]]


@router.put(
    "/tickets/{int:number}/vendors/{int:organization_id}/case", response=VendorOut, summary="Note a case number"
)
@scope(*WORKING)
def put_case(request: HttpRequest, number: int, organization_id: int, asked: CaseNumberIn) -> VendorOut:
    """The ticket is found by it from now on, inside."""
    ticket, actor = inside(request, number)
    if not waits_visible_to(actor, ticket).filter(organization=organization_id).exists():
        raise NotFound("This vendor was not asked about this ticket.")
    note_case_number(ticket, actor=actor, vendor_id=organization_id, reference=asked.reference)
    return _vendor(waits_visible_to(actor, ticket).filter(organization=organization_id)[0])


def _kept(request: HttpRequest, number: int) -> tuple[Ticket, Actor]:
    ticket, actor = inside(request, number)
    if policy.is_outside_house(actor):
        raise NotFound("There is no such ticket.")
    return ticket, actor


def _complaint(ticket: Ticket) -> Complaint:
    found = complaint_of(ticket)
    if found is None:
        raise NotFound("Nobody answers for a complaint here.")
    return found


def _measure(request: HttpRequest, number: int, measure_id: int) -> tuple[Measure, Actor]:
    ticket, actor = _kept(request, number)
    found = Measure.objects.filter(pk=measure_id, complaint__ticket=ticket).select_related("complaint").first()
    if found is None:
        raise NotFound("There is no such measure.")
    return found, actor


def _person(actor: Actor, person_id: int) -> Person:
    found = persons_visible_to(actor).filter(pk=person_id).first()
    if found is None:
        raise Invalid({"owner_id": ["There is no such person."]})
    return found


def _shown(complaint: Complaint, actor: Actor) -> ComplaintOut:
    about = complaint.about if complaint.about and policy.may_see(actor, complaint.about) else None
    return ComplaintOut(
        owner_id=complaint.owner_id, about=about.number if about else None, about_level=complaint.about_level,
        measures=[MeasureOut.from_orm(measure) for measure in complaint.measures.order_by("pk")],
    )  # fmt: skip


def _vendor(wait: VendorWait) -> VendorOut:
    return VendorOut(
        organization_id=wait.organization_id, name=wait.organization.name, asked_at=wait.asked_at, due_at=wait.due_at,
        ended_at=wait.ended_at, was_answered=wait.was_answered, reference=wait.reference,
        contacts=wait.version.agreement.contacts if wait.version else "",
    )  # fmt: skip
