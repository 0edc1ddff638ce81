"""Third level behind second: an answer offered to the level below, which alone can make it a message (A5)."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from dreiklang.escalation import policy, queries
from dreiklang.escalation.events import (
    DirectLineClosed,
    DirectLineOpened,
    RelayDismissed,
    RelayOffered,
    RelayUsed,
)
from dreiklang.escalation.models import DirectLine, Relay
from dreiklang.kernel import clock
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Invalid, WrongState
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require
from dreiklang.tickets.commands.attaching import Upload
from dreiklang.tickets.commands.conversation import write_message
from dreiklang.tickets.commands.finding import remember_words
from dreiklang.tickets.commands.holding import acts_at, author_id, held, written
from dreiklang.tickets.models import Message, Ticket
from dreiklang.tickets.rules import first_words


@command
def offer_relay(ticket: Ticket, *, actor: Actor, text: str) -> Relay:
    """Offer an answer to the level below. It is internal until that level sends words of its own."""
    ticket = held(ticket, actor=actor)
    require(policy.may_offer_relay(actor, ticket))
    if not text.strip():
        raise Invalid({"text": [_("There is nothing written yet.")]})
    handover = queries.handover_in_force(ticket)
    if handover is None or ticket.team_id is None:
        raise WrongState(_("There is no level below that handed this ticket up."), code="no_way_back")
    relay = Relay.objects.create(
        ticket=ticket,
        from_level=ticket.level,
        from_team_id=ticket.team_id,
        to_level=handover.from_level,
        to_team_id=handover.from_team_id,
        author_id=author_id(actor),
        text=text,
        offered_at=clock.now(),
    )
    written(ticket)
    remember_words(ticket, inside=[text])
    publish(
        RelayOffered(
            subject_id=ticket.pk,
            relay_id=relay.pk,
            to_level=relay.to_level,
            to_team_id=relay.to_team_id,
            gist=first_words(text),
            **acts_at(actor, ticket),
        ),
        actor=actor,
    )
    return relay


@command
def use_relay(
    relay: Relay,
    *,
    actor: Actor,
    text: str,
    confirmed: bool,
    html: str = "",
    attachments: Sequence[Upload] = (),
) -> Message:
    """Send an offered answer to the requester, in the words of the level below.

    ``confirmed`` says that somebody read the internal words before they leave; without it the command refuses.
    """
    ticket = held(relay.ticket_id, actor=actor)
    relay = Relay.objects.select_for_update().get(pk=relay.pk)
    require(policy.may_use_relay(actor, relay))
    if relay.state != Relay.State.OFFERED:
        raise WrongState(_("This answer was used or set aside already."), code="relay_ended")
    if not confirmed:
        raise Invalid({"confirmed": [_("Please confirm that these words may leave the house.")]})
    message = write_message(ticket, actor=actor, text=text, html=html, attachments=attachments)
    relay.state, relay.message, relay.ended_at = Relay.State.USED, message, clock.now()
    relay.save(update_fields=["state", "message", "ended_at"])
    publish(
        RelayUsed(subject_id=ticket.pk, relay_id=relay.pk, message_id=message.pk, **acts_at(actor, ticket)),
        actor=actor,
    )
    return message


@command
def dismiss_relay(relay: Relay, *, actor: Actor, reason: str = "") -> Relay:
    """Set an offered answer aside: by the level it was offered to, or by its author."""
    ticket = held(relay.ticket_id, actor=actor)
    relay = Relay.objects.select_for_update().get(pk=relay.pk)
    require(policy.may_use_relay(actor, relay) or (actor.id is not None and relay.author_id == actor.id))
    if relay.state != Relay.State.OFFERED:
        raise WrongState(_("This answer was used or set aside already."), code="relay_ended")
    relay.state, relay.ended_at = Relay.State.DISMISSED, clock.now()
    relay.save(update_fields=["state", "ended_at"])
    written(ticket)
    publish(
        RelayDismissed(subject_id=ticket.pk, relay_id=relay.pk, reason=reason.strip(), **acts_at(actor, ticket)),
        actor=actor,
    )
    return relay


@command
def open_direct_line(ticket: Ticket, *, actor: Actor, reason: str) -> DirectLine:
    """'Work with the customer': let level 3 write to the requester of this ticket, for a reason."""
    ticket = held(ticket, actor=actor)
    require(policy.may_open_direct_line(actor, ticket))
    if not reason.strip():
        raise Invalid({"reason": [_("Please say why the direct line helps.")]})
    if ticket.is_direct:
        raise WrongState(_("The direct line is open already."), code="already_open")
    line = DirectLine.objects.create(
        ticket=ticket, author_id=author_id(actor), reason=reason.strip(), opened_at=clock.now()
    )
    ticket.is_direct = True
    written(ticket, "is_direct")
    publish(DirectLineOpened(subject_id=ticket.pk, reason=reason.strip(), **acts_at(actor, ticket)), actor=actor)
    return line


@command
def close_direct_line(ticket: Ticket, *, actor: Actor) -> Ticket:
    """From now on the answer goes through the level below again."""
    ticket = held(ticket, actor=actor)
    require(policy.may_open_direct_line(actor, ticket))
    if not ticket.is_direct:
        raise WrongState(_("The direct line is closed already."), code="already_closed")
    DirectLine.objects.filter(ticket=ticket, closed_at=None).update(closed_at=clock.now())
    ticket.is_direct = False
    written(ticket, "is_direct")
    publish(DirectLineClosed(subject_id=ticket.pk, **acts_at(actor, ticket)), actor=actor)
    return ticket
