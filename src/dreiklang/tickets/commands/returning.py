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
from dreiklang.tickets.commands.pausing import open_children, resume
from dreiklang.tickets.commands.resolution import close
from dreiklang.tickets.models import Pending, Ticket


@command
def come_back(ticket_id: int, *, actor: Actor) -> Ticket:
    """A ticket that was put aside until a date goes on. Raises WrongState unless that date has come."""
    require(actor.is_system)
    ticket = held(ticket_id, actor=actor)
    if ticket.returns_at is None or ticket.returns_at > clock.now() or ticket.state != lifecycle.WAITING:
        raise WrongState(code="not_due")
    return resume(ticket, actor=actor, because="date")


@command
def wake(ticket_id: int, *, actor: Actor) -> Ticket:
    """A ticket that waits for a task, another ticket or its children goes on, if that has happened.

    Raises WrongState otherwise: a second call, or one that comes too early, changes nothing.
    """
    require(actor.is_system)
    ticket = held(ticket_id, actor=actor)
    pause = ticket.pendings.filter(ended_at=None).select_related("task", "other").first()
    if pause is None or ticket.state != lifecycle.WAITING or not _has_happened(ticket, pause):
        raise WrongState(code="not_due")
    return resume(ticket, actor=actor, because=pause.reason)


def _has_happened(ticket: Ticket, pause: Pending) -> bool:
    if pause.reason == Pending.Reason.TASK:
        return pause.task is None or pause.task.done_at is not None
    if pause.reason == Pending.Reason.TICKET:
        return pause.other is None or pause.other.state_group == "settled"
    return pause.reason == Pending.Reason.CHILDREN and not open_children(ticket)


@command
def close_after_silence(ticket_id: int, *, actor: Actor) -> Ticket:
    """Nobody objected to the solution, as the mail had announced: closed. Raises WrongState unless it is time."""
    require(actor.is_system)
    ticket = held(ticket_id, actor=actor)
    if ticket.closes_at is None or ticket.closes_at > clock.now() or ticket.state != lifecycle.RESOLVED:
        raise WrongState(code="not_due")
    return close(ticket, actor=actor, because="silence")
