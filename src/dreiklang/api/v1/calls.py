"""Calls and their cards: listed, begun, written on, made tickets, handed on while they run."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from dreiklang.api.doors import WORKING, caller, scope
from dreiklang.api.paging import Cursor, Limit, page_of
from dreiklang.api.shapes import Asked
from dreiklang.channels.telephony import commands, policy, queries
from dreiklang.channels.telephony.models import Call, Transfer
from dreiklang.kernel.errors import Invalid, NotFound
from dreiklang.kernel.permissions import Actor
from dreiklang.organizations import queries as people
from dreiklang.teams.models import Team
from dreiklang.tickets import policy as tickets
from dreiklang.tickets.models import Category

router = Router(tags=["calls"])
Id = Annotated[int, Field(ge=1, lt=2**62)]
Words = Annotated[str, Field(max_length=100_000)]


class CallOut(Schema):
    """A call and its card. ``number`` in E.164, empty if withheld; ``seconds`` talked."""

    id: int
    channel: str
    is_outgoing: bool
    stage: str
    number: str
    caller_id: int | None
    agent_id: int | None
    begun_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    seconds: int
    subject: str
    notes: str
    category_id: int | None
    outcome: str
    ticket: int | None
    wrapped_at: datetime | None


class CallPage(Schema):
    """A page of calls, oldest first."""

    items: list[CallOut]
    next: str | None


class CallIn(Asked):
    """A card begun by hand: *phone* or *walk_in*."""

    channel: Annotated[str, Field(max_length=10)] = "phone"
    caller_id: Id | None = None


class CardIn(Asked):
    """What is written on the card; what is left out stays."""

    caller_id: Id | None = None
    subject: Annotated[str, Field(max_length=290)] | None = None
    notes: Words | None = None
    category_id: Id | None = None


class CallTicketIn(Asked):
    """A new ticket from the card, or the number of one that it joins."""

    number: Id | None = None


class WrapUpIn(Asked):
    """How the call ended."""

    outcome: Annotated[str, Field(max_length=100)] = ""


class TransferIn(Asked):
    """To whom the running call is offered, why, and what they shall do."""

    team_id: Id
    person_id: Id | None = None
    reason: Annotated[str, Field(max_length=5_000)]
    question: Annotated[str, Field(max_length=5_000)] = ""


class TransferOut(Schema):
    """A transfer: *offered*, *taken*, *declined* or *called_back*."""

    id: int
    call_id: int
    to_team_id: int
    to_person_id: int | None
    reason: str
    question: str
    state: str
    answer: str


class TransferAnswerIn(Asked):
    """``taken``, ``declined`` (with ``why``) or ``called_back``."""

    state: Annotated[str, Field(max_length=15)]
    why: Annotated[str, Field(max_length=300)] = ""


class DialIn(Asked):
    """The number to call, and whose it is if known."""

    number: Annotated[str, Field(max_length=60)]
    person_id: Id | None = None


def shown(call: Call, actor: Actor) -> CallOut:
    """A call as the API tells it; a ticket that the caller may not see is left out."""
    ticket = call.ticket if call.ticket is not None and tickets.may_see(actor, call.ticket) else None
    told = {name: getattr(call, name) for name in CallOut.model_fields if name != "ticket"}
    return CallOut(**told, ticket=ticket.number if ticket else None)


@router.get("/calls", response=CallPage)
@scope(*WORKING)
def list_calls(request: HttpRequest, cursor: Cursor = None, limit: Limit = 100) -> dict[str, Any]:
    """The calls the caller may know of."""
    actor = caller(request)
    rows = policy.visible_to(actor).select_related("ticket")
    return page_of(rows, cursor, lambda call: shown(call, actor), size=limit)


@router.get("/calls/{int:call_id}", response=CallOut)
@scope(*WORKING)
def get_call(request: HttpRequest, call_id: int) -> CallOut:
    """One call."""
    return shown(queries.call_of(call_id, actor=caller(request)), caller(request))


@router.post("/calls", response={201: CallOut})
@scope(*WORKING)
def begin(request: HttpRequest, asked: CallIn) -> Any:
    """Begin a card by hand."""
    actor = caller(request)
    who = people.person(asked.caller_id, actor=actor) if asked.caller_id else None
    return 201, shown(commands.begin_card(actor=actor, channel=asked.channel, caller=who), actor)


@router.post("/calls/dialling", response={201: CallOut})
@scope(*WORKING)
def dial(request: HttpRequest, asked: DialIn) -> Any:
    """Let the caller's telephone system call a number."""
    actor = caller(request)
    who = people.person(asked.person_id, actor=actor) if asked.person_id else None
    return 201, shown(commands.dial(asked.number, actor=actor, person=who), actor)


@router.patch("/calls/{int:call_id}", response=CallOut)
@scope(*WORKING)
def write(request: HttpRequest, call_id: int, asked: CardIn) -> CallOut:
    """Write on the card."""
    actor = caller(request)
    call = queries.call_of(call_id, actor=actor)
    sent = asked.model_dump(exclude_unset=True)
    if "caller_id" in sent:
        key = sent.pop("caller_id")
        sent["caller"] = people.person(key, actor=actor) if key else None
    if "category_id" in sent:
        sent["category"] = _category(sent.pop("category_id"))
    commands.keep_card(call, actor=actor, **sent)
    return shown(queries.call_of(call_id, actor=actor), actor)


@router.put("/calls/{int:call_id}/agent", response=CallOut)
@scope(*WORKING)
def take(request: HttpRequest, call_id: int) -> CallOut:
    """'I am talking to them.'"""
    actor = caller(request)
    return shown(commands.take_call(queries.call_of(call_id, actor=actor), actor=actor), actor)


@router.post("/calls/{int:call_id}/ticket", response=CallOut)
@scope(*WORKING)
def ticket(request: HttpRequest, call_id: int, asked: CallTicketIn) -> CallOut:
    """Open a ticket from the card, or join it to one."""
    actor = caller(request)
    call = queries.call_of(call_id, actor=actor)
    if asked.number is None:
        commands.open_ticket_from(call, actor=actor)
    else:
        found = tickets.visible_to(actor).filter(number=asked.number).first()
        if found is None:
            raise NotFound(code="no_ticket")
        commands.join_ticket(call, found, actor=actor)
    return shown(queries.call_of(call_id, actor=actor), actor)


@router.post("/calls/{int:call_id}/wrap-up", response=CallOut)
@scope(*WORKING)
def wrap_up(request: HttpRequest, call_id: int, asked: WrapUpIn) -> CallOut:
    """Done with the card."""
    actor = caller(request)
    return shown(commands.wrap_up(queries.call_of(call_id, actor=actor), actor=actor, outcome=asked.outcome), actor)


@router.delete("/calls/{int:call_id}/wrap-up", response=CallOut)
@scope(*WORKING)
def take_up_again(request: HttpRequest, call_id: int) -> CallOut:
    """Take the card up again."""
    actor = caller(request)
    return shown(commands.take_up_again(queries.call_of(call_id, actor=actor), actor=actor), actor)


@router.post("/calls/{int:call_id}/transfer", response={201: TransferOut})
@scope(*WORKING)
def offer(request: HttpRequest, call_id: int, asked: TransferIn) -> Any:
    """Offer the running call to a team of a higher level."""
    actor = caller(request)
    team = Team.objects.filter(pk=asked.team_id, is_active=True).first()
    if team is None:
        raise Invalid({"team_id": ["There is no such team."]})
    whom = people.person(asked.person_id, actor=actor) if asked.person_id else None
    made = commands.offer_transfer(
        queries.call_of(call_id, actor=actor), actor=actor, to_team=team, to_person=whom,
        reason=asked.reason, question=asked.question,
    )  # fmt: skip
    return 201, made


@router.put("/transfers/{int:transfer_id}", response=TransferOut)
@scope(*WORKING)
def answer(request: HttpRequest, transfer_id: int, asked: TransferAnswerIn) -> Transfer:
    """Take an offered call, decline it, or take one's own offer back."""
    actor = caller(request)
    found = Transfer.objects.filter(pk=transfer_id, call__in=policy.visible_to(actor)).first()
    if found is None:
        raise NotFound(code="no_transfer")
    if asked.state == Transfer.State.TAKEN:
        return commands.take_transfer(found, actor=actor)
    if asked.state == Transfer.State.DECLINED:
        return commands.decline_transfer(found, actor=actor, why=asked.why)
    if asked.state == Transfer.State.CALLED_BACK:
        return commands.call_back_transfer(found, actor=actor)
    raise Invalid({"state": ["One of taken, declined, called_back."]})


def _category(key: int | None) -> Category | None:
    if key is None:
        return None
    found = Category.objects.filter(pk=key, is_active=True).first()
    if found is None:
        raise Invalid({"category_id": ["There is no such category."]})
    return found
