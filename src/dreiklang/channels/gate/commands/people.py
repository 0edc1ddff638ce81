"""What people decide at the gate: where a held mail belongs, that a quarantined one is tried again or dismissed."""

from __future__ import annotations

from django.utils.translation import gettext as _

from dreiklang.channels.gate import policy
from dreiklang.channels.gate.commands import deeds
from dreiklang.channels.gate.commands.intake import Outcome, again
from dreiklang.channels.gate.events import HeldMailSettled, MailDismissed, MailReprocessed
from dreiklang.channels.gate.mailboxes import arrival_of
from dreiklang.channels.gate.reading import read_mail
from dreiklang.channels.gate.sighting import look_at
from dreiklang.channels.mail.inbound.isolation import Failure
from dreiklang.channels.models import Held, Incoming
from dreiklang.kernel import clock
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Invalid, NotFound, WrongState
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require, system
from dreiklang.organizations.models import Person
from dreiklang.tickets import lifecycle
from dreiklang.tickets import policy as tickets
from dreiklang.tickets.commands.resolution import reopen
from dreiklang.tickets.models import Ticket

MAIL = system("mail")


@command
def join_held(held: Held, *, actor: Actor, ticket: Ticket | None = None) -> Ticket:
    """A held mail belongs to the ticket it claims (or to another one): it becomes a message there.

    From then on the sender's answers join by References. A resolved ticket is open again.
    """
    held = _waiting(held, actor)
    ticket = ticket or held.claimed
    if ticket is None:
        raise Invalid({"ticket": [_("Please name the ticket it belongs to.")]})
    if not tickets.may_see(actor, ticket):
        raise NotFound(_("There is no such ticket."))
    current = Ticket.objects.select_for_update().get(pk=(tickets.survivors_of(ticket) or [ticket.pk])[-1])
    require(policy.may_see_gate(actor) or tickets.may_work(actor, current))
    if current.state in (lifecycle.RESOLVED, lifecycle.CLOSED):
        reopen(current, actor=actor, because="requester", reason=_("A mail that was held belongs here."))
    deeds.said(understood(held), current.pk)
    return _settled(held, Held.Settlement.JOINED, current, actor)


@command
def open_held(held: Held, *, actor: Actor, requester: Person | None = None) -> Ticket:
    """A held mail is a request of its own: it opens a ticket for its sender, or for the person named.

    Raises Invalid (``requester_needed``) if no organisation takes the sender and no person is named.
    """
    held = _waiting(held, actor)
    case = understood(held)
    person = requester or case.seen.person
    if person is None:
        try:
            person = deeds.sender_as_person(case)
        except (NotFound, Invalid) as homeless:
            raise Invalid(
                {"requester": [_("No organisation takes this sender. Please choose the requester.")]},
                code="requester_needed",
            ) from homeless
    ticket = deeds.open_for(case, person, team_id=case.arrival.team_id)
    return _settled(held, Held.Settlement.OPENED, ticket, actor)


@command
def dismiss_held(held: Held, *, actor: Actor, is_spam: bool = False) -> Held:
    """Nothing becomes of a held mail; it stays listed at the gate with its original."""
    held = _waiting(held, actor)
    held.settlement = Held.Settlement.SPAM if is_spam else Held.Settlement.DISMISSED
    sign(held, actor)
    held.save(update_fields=["settlement", "settled_by", "settled_at"])
    publish(MailDismissed(subject_id=held.incoming_id, is_spam=is_spam), actor=actor)
    return held


@command
def dismiss(incoming: Incoming, *, actor: Actor) -> Incoming:
    """Nothing becomes of a quarantined mail. Its bytes stay."""
    require(policy.may_see_gate(actor))
    kept = Incoming.objects.select_for_update().defer("raw").get(pk=incoming.pk)
    if kept.state != Incoming.State.QUARANTINED:
        raise WrongState(_("Only a quarantined mail can be dismissed."))
    kept.state, kept.outcome, kept.reason = Incoming.State.SETTLED, Incoming.Outcome.IGNORED, "dismissed"
    kept.settled_at, kept.next_try_at = clock.now(), None
    kept.save(update_fields=["state", "outcome", "reason", "settled_at", "next_try_at"])
    publish(MailDismissed(subject_id=kept.pk), actor=actor)
    return kept


def reprocess(incoming: Incoming, *, actor: Actor) -> Outcome:
    """Try a quarantined mail again now, from its kept bytes. Two transactions: the wish, and the settling."""
    _wish(incoming, actor=actor)
    return again(incoming.pk, actor=MAIL)


@command
def _wish(incoming: Incoming, *, actor: Actor) -> None:
    require(policy.may_see_gate(actor))
    state = Incoming.objects.values_list("state", flat=True).get(pk=incoming.pk)
    if state == Incoming.State.SETTLED:
        raise WrongState(_("This mail is settled already."))
    publish(MailReprocessed(subject_id=incoming.pk), actor=actor)


def _waiting(held: Held, actor: Actor) -> Held:
    """The held mail as it stands now, locked; refuses if somebody was quicker."""
    require(policy.may_settle_held(actor))
    current = policy.held_visible_to(actor).filter(pk=held.pk).select_for_update(of=("self",)).first()
    if current is None:
        raise NotFound(_("There is no such mail."))
    if current.settlement:
        raise WrongState(_("Somebody else has decided about this mail already."), code="already_settled")
    return current


def understood(held: Held) -> deeds.Case:
    """The held mail understood again from its kept bytes."""
    return case_of(held.incoming)


def case_of(kept: Incoming) -> deeds.Case:
    """A kept mail understood again, with the keys there are now. Raises WrongState if it cannot be read."""
    raw = bytes(kept.raw)
    mail = read_mail(raw)
    if isinstance(mail, Failure):
        raise WrongState(_("This mail cannot be read."), code=f"unreadable_{mail.code}")
    arrival = arrival_of(kept.mailbox_id, kept.mailbox_address)
    seen = look_at(mail, arrival, kept.envelope_to, raw=raw)
    return deeds.Case(kept.pk, mail, arrival, seen, "held", raw, MAIL, came_at=kept.received_at)


def _settled(held: Held, settlement: str, ticket: Ticket, actor: Actor) -> Ticket:
    held.settlement, held.ticket = settlement, ticket
    sign(held, actor)
    held.save(update_fields=["settlement", "ticket", "settled_by", "settled_at"])
    Incoming.objects.filter(pk=held.incoming_id).update(ticket=ticket)
    publish(HeldMailSettled(subject_id=held.incoming_id, settlement=settlement, ticket_id=ticket.pk), actor=actor)
    return ticket


def sign(held: Held, actor: Actor) -> None:
    """Note on a held mail who decided about it, and when; the caller saves."""
    held.settled_by_id = actor.id if actor.kind == "person" else None
    held.settled_at = clock.now()
