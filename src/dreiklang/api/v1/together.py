"""What ties a ticket to words, to other tickets and to colleagues: tags, links, followers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from dreiklang.api.doors import WORKING, caller, scope
from dreiklang.api.shapes import Asked, Line, Page, PersonRef, Words
from dreiklang.api.v1.tickets import person_for, ticket_for
from dreiklang.kernel.errors import Invalid, NotFound
from dreiklang.kernel.permissions import Actor
from dreiklang.tickets import policy
from dreiklang.tickets.commands import family, following, linking, merging, splitting, tagging
from dreiklang.tickets.models import Merge, Ticket
from dreiklang.tickets.queries.family import family_of, languages_needed
from dreiklang.tickets.queries.merging import merge_in_force, plan_of, reason_words
from dreiklang.tickets.queries.together import Tie, followers_of, inside_of, tags_of, tags_offered, ties_of

router = Router(tags=["together"])
Word = Annotated[str, Field(max_length=60)]
LinkKind = Literal["related", "duplicate", "caused_by"]


def inside(request: HttpRequest, number: int) -> tuple[Ticket, Actor]:
    """The ticket with this number, for those who work inside it. Raises NotFound otherwise."""
    ticket, actor = ticket_for(request, number)
    if not policy.works_inside(actor, ticket):
        raise NotFound("There is no such ticket.")
    return ticket, actor


def other_for(actor: Actor, number: int, field: str = "other") -> Ticket:
    """Another ticket the caller may name. Raises Invalid at the field otherwise."""
    found = inside_of(actor).filter(number=number).first()
    if found is None or not policy.works_inside(actor, found):
        raise Invalid({field: ["There is no such ticket."]})
    return found


class TagsOut(Schema):
    """The tags of a ticket."""

    tags: list[str]


class TagIn(Asked):
    """A free word."""

    name: Word


def _tags(ticket: Ticket) -> TagsOut:
    return TagsOut(tags=[tag.name for tag in tags_of(ticket)])


@router.get("/tags", response=TagsOut, summary="Tags that begin with some letters, the most used first")
@scope(*WORKING)
def offered(request: HttpRequest, q: str = "") -> TagsOut:
    """Proposals while somebody types."""
    return TagsOut(tags=[tag.name for tag in tags_offered(q[:60], actor=caller(request), limit=20)])


@router.get("/tickets/{int:number}/tags", response=TagsOut, summary="The tags of a ticket")
@scope(*WORKING)
def list_tags(request: HttpRequest, number: int) -> TagsOut:
    """Its tags by name."""
    return _tags(inside(request, number)[0])


@router.post("/tickets/{int:number}/tags", response={201: TagsOut}, summary="Put a tag on a ticket")
@scope(*WORKING)
def add_tag(request: HttpRequest, number: int, asked: TagIn) -> Status[TagsOut]:
    """Put a tag on a ticket; a new word becomes a tag."""
    ticket, actor = inside(request, number)
    tagging.tag(ticket, actor=actor, name=asked.name)
    return Status(201, _tags(ticket))


@router.delete("/tickets/{int:number}/tags", response=TagsOut, summary="Take a tag off a ticket")
@scope(*WORKING)
def remove_tag(request: HttpRequest, number: int, name: str) -> TagsOut:
    """Take the tag ``name`` off a ticket."""
    ticket, actor = inside(request, number)
    tagging.untag(ticket, actor=actor, name=name[:60])
    return _tags(ticket)


class LinkOut(Schema):
    """A link, read from the ticket that was asked about."""

    id: int
    kind: LinkKind
    is_origin: bool
    number: int
    subject: str
    state: str
    linked_at: datetime


class LinkIn(Asked):
    """``kind``: this ticket has to do with, is the same as, or is caused by the ``other`` one."""

    other: int
    kind: LinkKind = "related"


def _link(tie: Tie) -> dict[str, Any]:
    return {
        "id": tie.link.pk,
        "kind": tie.link.kind,
        "is_origin": tie.is_origin,
        "number": tie.other.number,
        "subject": tie.other.subject,
        "state": tie.other.state,
        "linked_at": tie.link.linked_at,
    }


@router.get("/tickets/{int:number}/links", response=Page[LinkOut], summary="Links to other tickets")
@scope(*WORKING)
def list_links(request: HttpRequest, number: int) -> list[dict[str, Any]]:
    """Links to tickets that the caller may see."""
    ticket, actor = inside(request, number)
    return [_link(tie) for tie in ties_of(ticket, actor=actor)]


@router.post("/tickets/{int:number}/links", response={201: list[LinkOut]}, summary="Link two tickets")
@scope(*WORKING)
def add_link(request: HttpRequest, number: int, asked: LinkIn) -> Status[list[dict[str, Any]]]:
    """Tie this ticket to another one; answers all links."""
    ticket, actor = inside(request, number)
    linking.link(ticket, actor=actor, other=other_for(actor, asked.other), kind=asked.kind)
    return Status(201, [_link(tie) for tie in ties_of(ticket, actor=actor)])


@router.delete("/tickets/{int:number}/links/{int:link_id}", response={204: None}, summary="Untie two tickets")
@scope(*WORKING)
def remove_link(request: HttpRequest, number: int, link_id: int) -> Status[None]:
    """Take a link away."""
    ticket, actor = inside(request, number)
    tie = next((t for t in ties_of(ticket, actor=actor) if t.link.pk == link_id), None)
    if tie is None:
        raise NotFound("There is no such link.")
    linking.unlink(tie.link, actor=actor)
    return Status(204, None)


class FollowIn(Asked):
    """Who shall follow; without it the caller."""

    person_id: int | None = None


@router.get("/tickets/{int:number}/followers", response=Page[PersonRef], summary="Who follows a ticket")
@scope(*WORKING)
def list_followers(request: HttpRequest, number: int) -> list[dict[str, Any]]:
    """Everybody who follows; an outside team is shown only itself."""
    ticket, actor = inside(request, number)
    people = followers_of(ticket)
    if policy.is_outside_house(actor):
        people = people.filter(pk=actor.person_id)
    return [{"id": person.pk, "name": person.name} for person in people]


@router.post("/tickets/{int:number}/followers", response={204: None}, summary="Follow a ticket")
@scope(*WORKING)
def follow(request: HttpRequest, number: int, asked: FollowIn) -> Status[None]:
    """Hear of what happens on it."""
    ticket, actor = inside(request, number)
    following.follow(ticket, actor=actor, person=person_for(actor, asked.person_id) if asked.person_id else None)
    return Status(204, None)


@router.delete("/tickets/{int:number}/followers/{int:person_id}", response={204: None}, summary="Follow no longer")
@scope(*WORKING)
def unfollow(request: HttpRequest, number: int, person_id: int) -> Status[None]:
    """Hear of it no more."""
    ticket, actor = inside(request, number)
    following.unfollow(ticket, actor=actor, person=person_for(actor, person_id) if person_id != actor.id else None)
    return Status(204, None)


class MergeIn(Asked):
    """In which ticket this one goes on. ``word``: what its requester is told; empty: nothing."""

    into: int
    word: Words = ""
    copies: bool = False
    version: int | None = None


class MergeOut(Schema):
    """A merge in force: which ticket goes on in which."""

    merged: int
    survivor: int
    made_at: datetime


class KeptOut(Schema):
    """Somebody the survivor gets as participant."""

    name: str
    address: str
    gets_copies: bool


class PlanOut(Schema):
    """What merging would do; ``reason`` says why it cannot be, else it is empty."""

    merged: int
    survivor: int
    reason: str
    words: str
    messages: int
    kept: list[KeptOut]


def _merge(made: Merge) -> dict[str, Any]:
    return {"merged": made.merged.number, "survivor": made.survivor.number, "made_at": made.made_at}


@router.get("/tickets/{int:number}/merge/plan", response=PlanOut, summary="What merging would do")
@scope(*WORKING)
def merge_plan(request: HttpRequest, number: int, into: int, copies: bool = False) -> dict[str, Any]:
    """A look ahead; nothing is done."""
    ticket, actor = inside(request, number)
    plan = plan_of(ticket, other_for(actor, into, "into"), actor=actor, copies=copies)
    return {
        "merged": plan.merged.number,
        "survivor": plan.survivor.number,
        "reason": plan.reason,
        "words": reason_words(plan),
        "messages": plan.messages,
        "kept": [{"name": k.name, "address": k.address, "gets_copies": k.gets_copies} for k in plan.kept],
    }


@router.get("/tickets/{int:number}/merge", response=MergeOut, summary="In which ticket it goes on")
@scope(*WORKING)
def get_merge(request: HttpRequest, number: int) -> dict[str, Any]:
    """The merge in force, as far as the caller works inside the survivor; 404 where there is none."""
    ticket, actor = inside(request, number)
    made = merge_in_force(ticket)
    if made is None or not policy.works_inside(actor, made.survivor):
        raise NotFound("This ticket is not merged.")
    return _merge(made)


@router.put("/tickets/{int:number}/merge", response=MergeOut, summary="Let it go on in another ticket")
@scope(*WORKING)
def merge(request: HttpRequest, number: int, asked: MergeIn) -> dict[str, Any]:
    """Merge this ticket into another one; silent unless ``word`` is given."""
    ticket, actor = inside(request, number)
    into = other_for(actor, asked.into, "into")
    made = merging.merge(ticket, actor=actor, into=into, word=asked.word, copies=asked.copies, version=asked.version)
    return _merge(made)


@router.delete("/tickets/{int:number}/merge", response={204: None}, summary="Undo the merge")
@scope(*WORKING)
def part(request: HttpRequest, number: int) -> Status[None]:
    """Make them two again; what came meanwhile comes along."""
    ticket, actor = inside(request, number)
    made = merge_in_force(ticket)
    if made is None:
        raise NotFound("This ticket is not merged.")
    merging.part(made, actor=actor)
    return Status(204, None)


class SplitIn(Asked):
    """Which messages become a ticket of their own."""

    messages: Annotated[list[int], Field(min_length=1, max_length=200)]
    subject: Line
    requester_id: int | None = None


class NumberOut(Schema):
    """A ticket by its number."""

    number: int


@router.post("/tickets/{int:number}/splits", response={201: NumberOut}, summary="Split messages off")
@scope(*WORKING)
def split(request: HttpRequest, number: int, asked: SplitIn) -> Status[dict[str, int]]:
    """Make a new ticket out of messages; they stand on both. The way back is a merge."""
    ticket, actor = inside(request, number)
    picked = list(policy.messages_visible_to(actor, ticket).filter(pk__in=asked.messages))
    if len(picked) != len(set(asked.messages)):
        raise Invalid({"messages": ["There is no such message on this ticket."]})
    requester = person_for(actor, asked.requester_id, "requester_id") if asked.requester_id else None
    made = splitting.split(ticket, actor=actor, messages=picked, subject=asked.subject, requester=requester)
    return Status(201, {"number": made.number})


class MemberOut(Schema):
    """One ticket of a family; ``why_not``: why it is not answered with the others."""

    number: int
    language: str
    requester: str
    address: str
    why_not: str


class FamilyOut(Schema):
    """The parent first, then its children; and the languages in which words are needed."""

    members: list[MemberOut]
    languages: list[str]


class ParentIn(Asked):
    """The ticket whose solution this one waits for."""

    parent: int


class FamilyIn(Asked):
    """Words by language; ``leave_out``: numbers of children that are not written to."""

    texts: dict[Annotated[str, Field(max_length=5)], Words]
    leave_out: Annotated[list[int], Field(max_length=500)] = []
    version: int | None = None


@router.get("/tickets/{int:number}/family", response=FamilyOut, summary="A ticket and its children")
@scope(*WORKING)
def get_family(request: HttpRequest, number: int) -> dict[str, Any]:
    """Who would get words, in which language, and who not."""
    ticket, actor = inside(request, number)
    members = family_of(ticket, actor=actor)
    return {
        "members": [
            {
                "number": m.ticket.number,
                "language": m.language,
                "requester": m.ticket.requester.name,
                "address": m.to.address if m.to else "",
                "why_not": m.why_not,
            }
            for m in members
        ],
        "languages": languages_needed(members, frozenset()),
    }


@router.put("/tickets/{int:number}/parent", response={204: None}, summary="Put it below a parent")
@scope(*WORKING)
def adopt(request: HttpRequest, number: int, asked: ParentIn) -> Status[None]:
    """Let it wait for the solution of another ticket."""
    ticket, actor = inside(request, number)
    family.adopt(ticket, actor=actor, parent=other_for(actor, asked.parent, "parent"))
    return Status(204, None)


@router.delete("/tickets/{int:number}/parent", response={204: None}, summary="Take the child out")
@scope(*WORKING)
def release(request: HttpRequest, number: int) -> Status[None]:
    """It waits for its parent no longer."""
    ticket, actor = inside(request, number)
    family.release(ticket, actor=actor)
    return Status(204, None)


def _left_out(ticket: Ticket, actor: Actor, numbers: list[int]) -> list[int]:
    return [m.ticket.pk for m in family_of(ticket, actor=actor) if m.ticket.number in set(numbers)]


@router.post("/tickets/{int:number}/family/resolution", response={204: None}, summary="Solve with all children")
@scope(*WORKING)
def resolve_family(request: HttpRequest, number: int, asked: FamilyIn) -> Status[None]:
    """Solve the parent and its open children, each in the language of its requester."""
    ticket, actor = inside(request, number)
    left_out = _left_out(ticket, actor, asked.leave_out)
    family.resolve_family(ticket, actor=actor, texts=asked.texts, leave_out=left_out, version=asked.version)
    return Status(204, None)


@router.post("/tickets/{int:number}/family/messages", response={204: None}, summary="Answer all")
@scope(*WORKING)
def answer_family(request: HttpRequest, number: int, asked: FamilyIn) -> Status[None]:
    """Answer the requesters of the parent and its open children."""
    ticket, actor = inside(request, number)
    left_out = _left_out(ticket, actor, asked.leave_out)
    family.answer_family(ticket, actor=actor, texts=asked.texts, leave_out=left_out, version=asked.version)
    return Status(204, None)
