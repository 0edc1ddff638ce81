"""Warm transfer: the running call goes up with its card; whoever hands it on stays until it is taken (A3)."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from dreiklang.channels.telephony import policy, rules
from dreiklang.channels.telephony.commands.cards import open_ticket_from
from dreiklang.channels.telephony.events import TransferEnded, TransferOffered
from dreiklang.channels.telephony.models import Call, Transfer
from dreiklang.escalation.commands.handing_over import accept, hand_over
from dreiklang.escalation.models import Handover
from dreiklang.escalation.rules import Case
from dreiklang.kernel import clock
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Invalid, NotFound, WrongState
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require
from dreiklang.organizations.models import Person
from dreiklang.teams.models import Team
from dreiklang.teams.queries import actor_for
from dreiklang.tickets.models import Ticket

LONGEST = 5_000


@command
def offer_transfer(
    call: Call, *, actor: Actor, to_team: Team, reason: str, question: str = "", to_person: Person | None = None
) -> Transfer:
    """Offer a running call to a team of a higher level. Its card must say who calls and what about.

    A card without a ticket gets one first: the handover is written on it when the call is taken. Raises Invalid by
    field, WrongState if the call is over or offered already.
    """
    call = Call.objects.select_for_update(of=("self",)).select_related("caller", "category").get(pk=call.pk)
    require(policy.may_write_on(actor, call) and call.agent_id == actor.id)
    if call.stage != rules.TALKING or call.wrapped_at is not None:
        raise WrongState(_("Only a running call can be handed on."), code="not_running")
    _check(call, to_team, to_person, reason)
    if call.ticket_id is None:
        call.ticket = open_ticket_from(call, actor=actor)
    _check_way(call.ticket, to_team)
    offer = Transfer(
        call=call, author_id=actor.person_id, to_team=to_team, to_person=to_person, reason=reason.strip()[:LONGEST],
        question=question.strip()[:LONGEST], offered_at=clock.now(),
    )  # fmt: skip
    try:
        with transaction.atomic():
            offer.save()
    except IntegrityError as twice:
        raise WrongState(_("The call is offered already."), code="offered") from twice
    publish(
        TransferOffered(
            subject_id=call.pk, transfer_id=offer.pk, to_team_id=to_team.pk, to_person_id=offer.to_person_id
        ),
        actor=actor,
    )
    return offer


@command
def take_transfer(transfer: Transfer, *, actor: Actor) -> Transfer:
    """Take an offered call over: the handover is written by whoever offered it and accepted by the actor, in one.

    Of two who click one gets it: the other is refused with WrongState (code ``gone``).
    """
    transfer = _offered(transfer)
    require(policy.may_take(actor, transfer))
    call, ticket = transfer.call, transfer.call.ticket
    assert ticket is not None
    transfer.handover = _handed(transfer, ticket, actor=actor)
    call.agent_id = actor.person_id
    call.rings_at = sorted({*call.rings_at, actor.person_id})
    call.save(update_fields=["agent", "rings_at"])
    return _end(transfer, Transfer.State.TAKEN, actor=actor)


@command
def decline_transfer(transfer: Transfer, *, actor: Actor, why: str = "") -> Transfer:
    """Say that the call cannot be taken now; the first level keeps it and reads why."""
    transfer = _offered(transfer)
    require(policy.may_take(actor, transfer))
    transfer.answer = " ".join(why.split())[:300]
    return _end(transfer, Transfer.State.DECLINED, actor=actor)


@command
def call_back_transfer(transfer: Transfer, *, actor: Actor) -> Transfer:
    """Whoever offered the call takes the offer back."""
    transfer = _offered(transfer)
    require(transfer.author_id == actor.id and actor.kind == "person")
    return _end(transfer, Transfer.State.CALLED_BACK, actor=actor)


def _check(call: Call, to_team: Team, to_person: Person | None, reason: str) -> None:
    problems: dict[str, list[str]] = {}
    if call.caller is None:
        problems["caller"] = [_("Who is calling? Choose somebody, or add a person.")]
    if not (call.notes.strip() or call.subject):
        problems["notes"] = [_("What was said? A sentence is enough.")]
    if not reason.strip():
        problems["reason"] = [_("Why is the call handed on?")]
    if not to_team.is_active or to_team.level < 2:
        problems["to_team"] = [_("A call is handed to a team of a higher level.")]
    elif to_person is not None and not to_team.memberships.filter(person=to_person).exists():
        problems["to_person"] = [_("This person does not belong to the team.")]
    if problems:
        raise Invalid(problems)


def _check_way(ticket: Ticket | None, to_team: Team) -> None:
    """What the handover will refuse is said now, while the caller need not wait for it."""
    assert ticket is not None
    if to_team.pk == ticket.team_id or to_team.level < ticket.level or (to_team.level == ticket.level < 3):
        raise Invalid({"to_team": [_("A handover goes to a higher level, or across between expert teams.")]})


def _offered(transfer: Transfer) -> Transfer:
    """The offer as it is now. The call is locked first, as by whoever writes on its card, and the ticket after both."""
    call = Call.objects.select_for_update(of=("self",)).select_related("ticket", "caller")
    current = call.filter(transfers=transfer.pk).first()
    if current is None:
        raise NotFound(code="no_transfer")
    locked = Transfer.objects.select_for_update(of=("self",)).select_related("author__account", "to_team")
    found = locked.filter(pk=transfer.pk).first()
    if found is None:
        raise NotFound(code="no_transfer")
    found.call = current
    if found.state != Transfer.State.OFFERED:
        raise WrongState(_("This call is no longer offered."), code="gone")
    return found


def _handed(transfer: Transfer, ticket: Ticket, *, actor: Actor) -> Handover | None:
    """Write the handover in the name of whoever offered the call, and accept it. None: the ticket is there already.

    The caller is on the line: what the gate finds missing is kept with the record, with that as the reason.
    """
    if ticket.team_id == transfer.to_team_id:
        return None
    giver = transfer.author.account
    if giver is None:
        raise WrongState(_("Whoever offered the call may no longer work here."), code="no_giver")
    case = Case(
        reason=transfer.reason, observations=transfer.call.notes, question=transfer.question or transfer.call.subject
    )
    handover = hand_over(
        ticket, actor=actor_for(giver), to_team=transfer.to_team, case=case,
        at_once_because=_("The caller is on the line and was put through."),
    )  # fmt: skip
    return accept(handover, actor=actor)


def _end(transfer: Transfer, state: str, *, actor: Actor) -> Transfer:
    transfer.state, transfer.ended_at, transfer.ended_by_id = state, clock.now(), actor.person_id
    transfer.save(update_fields=["state", "ended_at", "ended_by", "answer", "handover"])
    publish(TransferEnded(subject_id=transfer.call_id, transfer_id=transfer.pk, state=state), actor=actor)
    return transfer
