"""A running chat goes to somebody else with its history; whoever has it keeps it until it is taken (A3)."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from dreiklang.channels.chat import policy, rules
from dreiklang.channels.chat.commands.answering import seen_and_locked
from dreiklang.channels.chat.commands.lines import locked, write_line
from dreiklang.channels.chat.events import ChatTransferEnded, ChatTransferOffered
from dreiklang.channels.chat.models import Chat, Line, Transfer
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
from dreiklang.tickets.commands import assignment
from dreiklang.tickets.models import Ticket

LONGEST = 5_000
#: Lines of the chat that a handover brings as what was observed.
LINES_TOLD = 40


@command
def offer_transfer(
    chat: Chat, *, actor: Actor, to_team: Team, reason: str, question: str = "", to_person: Person | None = None
) -> Transfer:
    """Offer a running chat: to a colleague of the team, another team of the level, or the level above that may write.

    Raises Invalid by field, WrongState if the chat is over or offered already.
    """
    chat = seen_and_locked(chat, actor=actor)
    if chat.stage != rules.TALKING:
        raise WrongState(_("Only a running chat can be handed on."), code="not_running")
    require(policy.may_answer(actor, chat), _("Somebody else has this chat."))
    _check(chat, to_team, to_person, reason, actor)
    offer = Transfer(
        chat=chat, author_id=actor.person_id, to_team=to_team, to_person=to_person, reason=reason.strip()[:LONGEST],
        question=question.strip()[:LONGEST], offered_at=clock.now(),
    )  # fmt: skip
    try:
        with transaction.atomic():
            offer.save()
    except IntegrityError as twice:
        raise WrongState(_("The chat is offered already."), code="offered") from twice
    publish(
        ChatTransferOffered(
            subject_id=chat.pk, transfer_id=offer.pk, to_team_id=to_team.pk, to_person_id=offer.to_person_id
        ),
        actor=actor,
    )
    return offer


@command
def take_transfer(transfer: Transfer, *, actor: Actor) -> Transfer:
    """Take an offered chat over. To a higher level the handover is written by whoever offered it, and accepted, in one.

    Of two who click one gets it: the other is refused with WrongState (code ``gone``).
    """
    transfer = _offered(transfer)
    require(policy.may_take_over(actor, transfer))
    chat = locked(transfer.chat)
    if chat.stage != rules.TALKING or chat.ticket is None:
        raise WrongState(_("This chat has ended."), code="gone")
    me = Person.objects.get(pk=actor.person_id)
    transfer.handover = _handed(transfer, chat.ticket, me, actor=actor)
    chat.agent, chat.team, chat.read_seq = me, transfer.to_team, chat.last_seq
    chat.save(update_fields=["agent", "team", "read_seq"])
    write_line(chat, side=Line.Side.DESK, code="transferred", author_id=me.pk, author_name=me.name, actor=actor)
    return _end(transfer, Transfer.State.TAKEN, actor=actor)


@command
def decline_transfer(transfer: Transfer, *, actor: Actor, why: str = "") -> Transfer:
    """Say that the chat cannot be taken now; whoever has it keeps it and reads why."""
    transfer = _offered(transfer)
    require(policy.may_take_over(actor, transfer))
    transfer.answer = " ".join(why.replace("\x00", "").split())[:300]
    return _end(transfer, Transfer.State.DECLINED, actor=actor)


@command
def call_back_transfer(transfer: Transfer, *, actor: Actor) -> Transfer:
    """Whoever offered the chat takes the offer back."""
    transfer = _offered(transfer)
    require(transfer.author_id == actor.id and actor.kind == "person")
    return _end(transfer, Transfer.State.CALLED_BACK, actor=actor)


def _check(chat: Chat, to_team: Team, to_person: Person | None, reason: str, actor: Actor) -> None:
    problems: dict[str, list[str]] = {}
    if not reason.strip():
        problems["reason"] = [_("Why is the chat handed on?")]
    if to_person is not None and to_person.pk == actor.id:
        problems["to_person"] = [_("The chat is yours already.")]
    elif to_person is not None and not assignment.is_member(to_person.pk, to_team.pk):
        problems["to_person"] = [_("This person does not belong to the team.")]
    elif to_team.pk == chat.team_id and to_person is None:
        problems["to_person"] = [_("Which colleague of the team?")]
    if not to_team.is_active or not chat.team.level <= to_team.level <= 2:
        problems["to_team"] = [_("A chat goes across or up to the second level: those above do not write to visitors.")]
    elif to_team.pk != chat.team_id and to_team.level == chat.team.level == 2:
        problems["to_team"] = [_("On the second level a chat goes to a colleague of the team.")]
    if problems:
        raise Invalid(problems)


def _offered(transfer: Transfer) -> Transfer:
    rows = Transfer.objects.select_for_update(of=("self",)).select_related("chat", "author__account", "to_team")
    found = rows.filter(pk=transfer.pk).first()
    if found is None:
        raise NotFound(code="no_transfer")
    if found.state != Transfer.State.OFFERED:
        raise WrongState(_("This chat is no longer offered."), code="gone")
    return found


def _handed(transfer: Transfer, ticket: Ticket, me: Person, *, actor: Actor) -> Handover | None:
    """Move the ticket with the chat, in the name of whoever offered it. A handover only where the level changes.

    The visitor waits: what the gate finds missing is kept with the record, with that as the reason.
    """
    giver = transfer.author.account
    if giver is None:
        raise WrongState(_("Whoever offered the chat may no longer work here."), code="no_giver")
    handed_by = actor_for(giver)
    if transfer.to_team_id == ticket.team_id:
        assignment.assign(ticket, actor=handed_by, person=me)
        return None
    if transfer.to_team.level == ticket.level:
        assignment.move_to_team(ticket, actor=handed_by, team=transfer.to_team, reason=transfer.reason)
        assignment.assign(ticket, actor=actor, person=me)
        return None
    case = Case(
        reason=transfer.reason,
        observations=_told(transfer.chat),
        question=transfer.question or transfer.reason,
    )
    handover = hand_over(
        ticket, actor=handed_by, to_team=transfer.to_team, case=case,
        at_once_because=_("The visitor is in the chat and was handed on."),
    )  # fmt: skip
    return accept(handover, actor=actor)


def _told(chat: Chat) -> str:
    """The last lines of the chat, as the handover brings them."""
    said = chat.lines.exclude(side=Line.Side.DESK).exclude(text="").order_by("-seq")[:LINES_TOLD]
    return "\n".join(
        f"{line.author_name or chat.visitor or _('Visitor')}: {line.text}" for line in reversed(list(said))
    )


def _end(transfer: Transfer, state: str, *, actor: Actor) -> Transfer:
    transfer.state, transfer.ended_at, transfer.ended_by_id = state, clock.now(), actor.person_id
    transfer.save(update_fields=["state", "ended_at", "ended_by", "answer", "handover"])
    publish(ChatTransferEnded(subject_id=transfer.chat_id, transfer_id=transfer.pk, state=state), actor=actor)
    return transfer
