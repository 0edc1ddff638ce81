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
from dreiklang.tickets.models import Pending, Ticket


@command
def pause(
    ticket: Ticket,
    *,
    actor: Actor,
    reason: str,
    until: datetime | None = None,
    note: str = "",
    version: int | None = None,
) -> Ticket:
    """Let a ticket wait for the requester, a third party, a date or something else.

    Put aside until a date needs the date; something else needs a word why. Raises Invalid otherwise, and for a date
    in the past. With a date the ticket comes back by itself.
    """
    ticket = held(ticket, actor=actor, version=version)
    require(policy.may_move(actor, ticket))
    problems: dict[str, list[str]] = {}
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
    Pending.objects.create(ticket=ticket, reason=reason, note=note.strip()[:300], since_at=clock.now(), until_at=until)
    ticket.returns_at = until
    mark(ticket, "wait")
    written(ticket, "state", "state_group", "returns_at", "trail")
    publish(
        TicketPaused(
            subject_id=ticket.pk,
            reason=reason,
            until=until.isoformat() if until else "",
            note=note.strip()[:300],
            **acts_at(actor, ticket),
        ),
        actor=actor,
    )
    return ticket


@command
def resume(ticket: Ticket, *, actor: Actor, because: str = "desk", version: int | None = None) -> Ticket:
    """Go on with a ticket that waited. ``because``: desk, date, requester_answered, vendor_answered."""
    ticket = held(ticket, actor=actor, version=version)
    require(policy.may_move(actor, ticket))
    take_step(ticket, "resume")
    end_pending(ticket)
    mark(ticket, "go")
    written(ticket, "state", "state_group", "returns_at", "trail")
    publish(TicketResumed(subject_id=ticket.pk, because=because, **acts_at(actor, ticket)), actor=actor)
    return ticket
