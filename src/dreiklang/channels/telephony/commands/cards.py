"""The card of a call: begun, taken, typed on from the first key, made a ticket or joined to one, done with."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from dreiklang.channels.telephony import policy, rules
from dreiklang.channels.telephony.events import CallAnswered, CallBegun, CallTicketed, CallWrapped
from dreiklang.channels.telephony.models import Call, Transfer
from dreiklang.kernel import clock
from dreiklang.kernel.command import command, personal
from dreiklang.kernel.errors import Invalid, NotFound, WrongState
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require, system
from dreiklang.organizations import policy as organizations
from dreiklang.organizations.models import Person
from dreiklang.tickets import policy as tickets
from dreiklang.tickets.commands import assignment
from dreiklang.tickets.commands.conversation import receive_message
from dreiklang.tickets.commands.interventions import MOST_MINUTES, log_intervention
from dreiklang.tickets.commands.opening import open_with_message
from dreiklang.tickets.models import Category, Ticket

#: What may be typed on a card.
FIELDS = ("caller", "subject", "notes", "category")
LONGEST_NOTES = 100_000


@command
def begin_card(*, actor: Actor, channel: str = Call.Channel.PHONE, caller: Person | None = None) -> Call:
    """Begin a card by hand: a call on a telephone the desk knows nothing of, or somebody at the counter."""
    require(policy.may_talk(actor))
    if channel not in Call.Channel.values:
        raise Invalid({"channel": [_("Please say how it came.")]})
    now = clock.now()
    call = Call.objects.create(
        channel=channel, stage=rules.TALKING, agent_id=actor.person_id, caller=caller, begun_at=now, answered_at=now
    )
    publish(CallBegun(subject_id=call.pk, channel=channel), actor=actor)
    return call


@command
def take_call(call: Call, *, actor: Actor) -> Call:
    """Say 'I am talking to them', where the system does not tell who answered.

    Of two who click one gets it: the other is refused with WrongState (code ``taken``).
    """
    call = _locked(call, actor=actor)
    if call.agent_id == actor.id:
        raise WrongState(_("This call is yours already."), code="already_yours")
    if call.agent_id is not None:
        raise WrongState(_("Somebody else has taken this call."), code="taken")
    if call.stage == rules.RINGING:
        call.stage, call.answered_at = rules.TALKING, clock.now()
    call.agent_id, call.wrapped_at = actor.person_id, None
    call.save(update_fields=["stage", "answered_at", "agent", "wrapped_at"])
    publish(CallAnswered(subject_id=call.pk, person_id=call.agent_id), actor=actor)
    return call


@personal
def keep_card(call: Call, *, actor: Actor, **typed: Any) -> Call:
    """Keep what is typed on a card, from the first key. Raises Invalid by field; what is right is kept all the same."""
    call = _locked(call, actor=actor)
    require(policy.may_write_on(actor, call))
    problems: dict[str, list[Any]] = {name: [_("Unknown field.")] for name in typed if name not in FIELDS}
    if "subject" in typed:
        call.subject = " ".join(str(typed["subject"]).replace("\x00", "").split())[:290]
    if "notes" in typed:
        call.notes = str(typed["notes"]).replace("\x00", "")[:LONGEST_NOTES]
        if len(str(typed["notes"])) > LONGEST_NOTES:
            problems["notes"] = [_("At most 100,000 characters; the rest was not kept.")]
    if "caller" in typed:
        call.caller = _seen_person(typed["caller"], actor)
    if "category" in typed:
        call.category = typed["category"] if isinstance(typed["category"], Category) else None
    call.noted_at = clock.now()
    call.save(update_fields=[*FIELDS, "noted_at"])
    if problems:
        raise Invalid(problems)
    return call


@command
def open_ticket_from(call: Call, *, actor: Actor, mine: bool = True, **about: Any) -> Ticket:
    """Open a ticket from the card: its caller asks, its notes are the first words, the minutes are counted.

    ``about`` goes to ``open_ticket`` (kind, impact, urgency …). Raises Invalid by field, WrongState if there is one.
    """
    call = _writable(call, actor=actor)
    if call.ticket_id is not None:
        raise WrongState(_("This call has a ticket already."), code="ticketed")
    problems: dict[str, list[Any]] = {}
    if call.caller is None:
        problems["caller"] = [_("Who is calling? Choose somebody, or add a person.")]
    if not (call.notes.strip() or call.subject):
        problems["notes"] = [_("What was said? A sentence is enough.")]
    if problems or call.caller is None:
        raise Invalid(problems)
    ticket = open_with_message(
        call.caller, actor=actor, text=call.notes.strip() or call.subject, subject=call.subject or call.notes,
        channel=call.channel, category=call.category, **about,
    )  # fmt: skip
    _belongs(call, ticket, is_new=True, actor=actor)
    if mine and ticket.team_id in actor.teams:
        assignment.assign(ticket, actor=actor, person=Person.objects.get(pk=actor.person_id))
        ticket.refresh_from_db()
    return ticket


@command
def join_ticket(call: Call, ticket: Ticket, *, actor: Actor) -> Ticket:
    """The call is about a ticket that runs: its notes become words of the caller there, its minutes are counted.

    A call joins one ticket; joining another moves nothing that was written. Raises NotFound, Invalid, WrongState.
    """
    call = _writable(call, actor=actor)
    if not tickets.works_inside(actor, ticket):
        raise NotFound(code="no_ticket")
    if call.ticket_id == ticket.pk:
        raise WrongState(_("This call is at that ticket already."), code="ticketed")
    if not (call.notes.strip() or call.subject):
        raise Invalid({"notes": [_("What was said? A sentence is enough.")]})
    receive_message(
        ticket, actor=actor, author=call.caller or ticket.requester, text=call.notes.strip() or call.subject,
        subject=call.subject, channel=call.channel,
    )  # fmt: skip
    _belongs(call, ticket, is_new=False, actor=actor)
    ticket.refresh_from_db()
    return ticket


@command
def wrap_up(call: Call, *, actor: Actor, outcome: str = "") -> Call:
    """Done with the card; ``outcome`` in the words of the script. A call begun by hand ends with it."""
    call = _locked(call, actor=actor)
    require(policy.may_write_on(actor, call))
    if call.wrapped_at is not None:
        raise WrongState(_("This card is done with."), code="wrapped")
    if Transfer.objects.filter(call=call, state=Transfer.State.OFFERED).exists():
        raise WrongState(_("The call is offered to another team. Take that back first."), code="offered")
    call.outcome = " ".join(outcome.replace("\x00", "").split())[:100]
    call.wrapped_at = clock.now()
    call.agent_id = call.agent_id or actor.person_id
    if call.system_id is None and call.ended_at is None:
        call.stage, call.ended_at = rules.ENDED, call.wrapped_at
    call.save(update_fields=["outcome", "wrapped_at", "agent", "stage", "ended_at"])
    publish(CallWrapped(subject_id=call.pk), actor=actor)
    return call


@command
def take_up_again(call: Call, *, actor: Actor) -> Call:
    """Take a card up again that was done with: something was forgotten."""
    call = _locked(call, actor=actor)
    require(policy.may_write_on(actor, call))
    if call.wrapped_at is None:
        raise WrongState(_("This card is open."), code="open")
    call.wrapped_at = None
    call.agent_id = call.agent_id or actor.person_id
    call.save(update_fields=["wrapped_at", "agent"])
    publish(CallWrapped(subject_id=call.pk, is_open_again=True), actor=actor)
    return call


def _locked(call: Call, *, actor: Actor) -> Call:
    """The row, locked, of a call the actor may know of. Raises NotFound."""
    if not actor.is_system and not policy.visible_to(actor).filter(pk=call.pk).exists():
        raise NotFound(code="no_call")
    return Call.objects.select_for_update(of=("self",)).select_related("caller", "category", "system").get(pk=call.pk)


def _writable(call: Call, *, actor: Actor) -> Call:
    """A call whose card the actor may write on; nobody's call becomes theirs by it."""
    call = _locked(call, actor=actor)
    require(policy.may_write_on(actor, call))
    if call.agent_id is None and actor.kind == "person":
        call.agent_id = actor.person_id
        call.wrapped_at = None
    return call


def _belongs(call: Call, ticket: Ticket, *, is_new: bool, actor: Actor) -> None:
    """Tie the card to its ticket and count the minutes of talk that are over or running."""
    call.ticket = ticket
    call.save(update_fields=["ticket", "agent", "wrapped_at"])
    if call.answered_at is not None:
        minutes = Decimal(int(((call.ended_at or clock.now()) - call.answered_at).total_seconds())) / 60
        writer = actor if tickets.may_work(actor, ticket) else system("telephony")
        with override(ticket.language):  # of those who read it later, not of whoever talks now
            words = _("Talked in person") if call.channel == Call.Channel.WALK_IN else _("Talked on the phone")
        log_intervention(
            ticket,
            actor=writer,
            text=words,
            kind="work",
            minutes=min(minutes.quantize(Decimal("0.1")), Decimal(MOST_MINUTES)),
        )
    publish(CallTicketed(subject_id=call.pk, ticket_id=ticket.pk, is_new=is_new), actor=actor)


def _seen_person(person: Any, actor: Actor) -> Person | None:
    if not isinstance(person, Person):
        return None
    if not organizations.persons_visible_to(actor).filter(pk=person.pk).exists():
        raise NotFound(code="no_person")
    return person
