"""What time alone does to a ticket: it comes back from a pause, it closes after silence.

Both look at the moment again under the ticket's lock, so that a schedule that runs twice, or late, does it once.
"""

from __future__ import annotations

from dreiklang.kernel import clock
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import WrongState
from dreiklang.kernel.permissions import Actor, require
from dreiklang.tickets import lifecycle
from dreiklang.tickets.commands.holding import held
from dreiklang.tickets.commands.pausing import resume
from dreiklang.tickets.commands.resolution import close
from dreiklang.tickets.models import Ticket


@command
def come_back(ticket_id: int, *, actor: Actor) -> Ticket:
    """A ticket that was put aside until a date goes on. Raises WrongState unless that date has come."""
    require(actor.is_system)
    ticket = held(ticket_id, actor=actor)
    if ticket.returns_at is None or ticket.returns_at > clock.now() or ticket.state != lifecycle.WAITING:
        raise WrongState(code="not_due")
    return resume(ticket, actor=actor, because="date")


@command
def close_after_silence(ticket_id: int, *, actor: Actor) -> Ticket:
    """Nobody objected to the solution, as the mail had announced: closed. Raises WrongState unless it is time."""
    require(actor.is_system)
    ticket = held(ticket_id, actor=actor)
    if ticket.closes_at is None or ticket.closes_at > clock.now() or ticket.state != lifecycle.RESOLVED:
        raise WrongState(code="not_due")
    return close(ticket, actor=actor, because="silence")
