"""A ticket that should never have been one."""

from __future__ import annotations

from django.utils.translation import gettext as _

from dreiklang.kernel import clock
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import WrongState
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require
from dreiklang.tickets import policy
from dreiklang.tickets.commands.holding import acts_at, end_pending, held, mark, take_step, written
from dreiklang.tickets.events import TicketClosed
from dreiklang.tickets.models import Message, Ticket


@command
def discard(ticket: Ticket, *, actor: Actor) -> Ticket:
    """Close a ticket as spam, without a word to anybody; reopening undoes it for ten days.

    Raises WrongState once somebody has written to the requester: then it is a conversation.
    """
    ticket = held(ticket, actor=actor)
    require(policy.may_work(actor, ticket))
    said = ticket.messages.filter(direction=Message.Direction.OUT).exclude(delivery=Message.Delivery.WITHDRAWN)
    if said.exists():
        raise WrongState(_("Somebody has answered already; solve it instead."), code="answered")
    take_step(ticket, "discard")
    end_pending(ticket)
    ticket.resolved_at = ticket.closed_at = clock.now()
    ticket.awaits_acceptance = False
    mark(ticket, "close")
    written(ticket, "state", "state_group", "resolved_at", "closed_at", "returns_at", "trail", "awaits_acceptance")
    publish(TicketClosed(subject_id=ticket.pk, because="spam", **acts_at(actor, ticket)), actor=actor)
    return ticket
