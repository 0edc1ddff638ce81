"""A ticket waits, with a reason and until when; and goes on."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from dreiklang.kernel import clock
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Invalid
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require
from dreiklang.tickets import policy
from dreiklang.tickets.commands.holding import acts_at, end_pending, held, mark, take_step, written
from dreiklang.tickets.events import TicketPaused, TicketResumed
from dreiklang.tickets.models import Pending, Task, Ticket


@command
def pause(
    ticket: Ticket,
    *,
    actor: Actor,
    reason: str,
    until: datetime | None = None,
    note: str = "",
    task: Task | None = None,
    other: Ticket | None = None,
    version: int | None = None,
) -> Ticket:
    """Let a ticket wait for the requester, a third party, a date, something to happen, or something else.

    Put aside until a date needs the date; until a task is done or another ticket is solved needs that one; something
    else needs a word why. Raises Invalid otherwise, and for what is over already. It comes back by itself when the
    date comes or the condition is met, whichever is first.
    """
    ticket = held(ticket, actor=actor, version=version)
    require(policy.may_move(actor, ticket))
    problems = _wrong_condition(ticket, reason, task, other, actor)
    if reason not in Pending.Reason.values:
        problems["reason"] = [_("Please say what the ticket waits for.")]
    if reason == Pending.Reason.DATE and until is None:
        problems["until"] = [_("Until when?")]
    if until is not None and until <= clock.now():
        problems["until"] = [_("This moment has passed.")]
    if reason == Pending.Reason.OTHER and not note.strip():
        problems["note"] = [_("Please say in a word what the ticket waits for.")]
    if problems:
        raise Invalid(problems)
    take_step(ticket, "pause")
    end_pending(ticket)
    task = task if reason == Pending.Reason.TASK else None
    other = other if reason == Pending.Reason.TICKET else None
    Pending.objects.create(
        ticket=ticket,
        reason=reason,
        note=note.strip()[:300],
        task=task,
        other=other,
        since_at=clock.now(),
        until_at=until,
    )
    ticket.returns_at = until
    mark(ticket, "wait")
    written(ticket, "state", "state_group", "returns_at", "trail")
    publish(
        TicketPaused(
            subject_id=ticket.pk,
            reason=reason,
            until=until.isoformat() if until else "",
            note=note.strip()[:300],
            task_id=task.pk if task else None,
            other_id=other.pk if other else None,
            other_number=other.number if other else None,
            **acts_at(actor, ticket),
        ),
        actor=actor,
    )
    return ticket


def _wrong_condition(
    ticket: Ticket, reason: str, task: Task | None, other: Ticket | None, actor: Actor
) -> dict[str, list[str]]:
    """Why a ticket cannot wait for this task, this ticket or its children."""
    if reason == Pending.Reason.TASK:
        if task is None or task.ticket_id not in {t.pk for t in policy.gathered(actor, ticket)}:
            return {"task": [_("Which task?")]}
        is_open = Task.objects.filter(pk=task.pk, done_at=None).exists()
        return {} if is_open else {"task": [_("This is done already.")]}
    if reason == Pending.Reason.TICKET:
        if other is None or other.pk == ticket.pk or not policy.works_inside(actor, other):
            return {"other": [_("Which ticket?")]}
        is_open = Ticket.objects.unsettled().filter(pk=other.pk).exists()
        return {} if is_open else {"other": [_("This ticket is done already.")]}
    if reason == Pending.Reason.CHILDREN and not open_children(ticket):
        return {"reason": [_("This ticket has no open children.")]}
    return {}


def open_children(ticket: Ticket) -> bool:
    """Whether a child of the ticket is not yet solved."""
    kin = ticket.kin_below.filter(ended_at=None)
    return kin.exclude(child__state_group="settled").exists()


@command
def resume(ticket: Ticket, *, actor: Actor, because: str = "desk", version: int | None = None) -> Ticket:
    """Go on with a ticket that waited.

    ``because``: desk, date, requester_answered, vendor_answered, task, ticket, children.
    """
    ticket = held(ticket, actor=actor, version=version)
    require(policy.may_move(actor, ticket))
    take_step(ticket, "resume")
    end_pending(ticket)
    mark(ticket, "go")
    written(ticket, "state", "state_group", "returns_at", "trail")
    publish(TicketResumed(subject_id=ticket.pk, because=because, **acts_at(actor, ticket)), actor=actor)
    return ticket
