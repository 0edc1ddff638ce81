"""Taking a deed back right after it was done: by whoever did it, and only while nobody else has done anything since.

An undo is a new line of the journal; what was done stays told.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from dreiklang.kernel.command import command
from dreiklang.kernel.errors import WrongState
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor
from dreiklang.tickets import lifecycle
from dreiklang.tickets.commands.holding import acts_at, give_to, held, take_step, written
from dreiklang.tickets.commands.resolution import SETTLED_FIELDS, closes_by_silence
from dreiklang.tickets.events import TicketAssigned, TicketClosed, TicketClosingUndone, TicketMoved
from dreiklang.tickets.models import Resolution, Ticket
from dreiklang.tickets.queries.last_deeds import last_deed

#: Who closes themselves may take it back; what closed by itself is reopened.
BY_HAND = ("desk", "confirmed")


@command
def take_back_closing(ticket: Ticket, *, actor: Actor) -> Ticket:
    """Not closed after all: solved again, and it waits for silence as before. Raises WrongState as ``last_deed``."""
    ticket = held(ticket, actor=actor)
    closed = last_deed(ticket, actor=actor, code=TicketClosed.code).event
    assert isinstance(closed, TicketClosed)
    if closed.because not in BY_HAND or ticket.state != lifecycle.CLOSED or ticket.resolved_at is None:
        raise WrongState(_("This can no longer be taken back."), code="too_late")
    take_step(ticket, "unclose")
    ticket.closed_at, ticket.closes_at = None, closes_by_silence(ticket, ticket.resolved_at)
    if ticket.trail and ticket.trail[-1][0] == "close":
        ticket.trail = ticket.trail[:-1]
    Resolution.objects.filter(ticket=ticket, reopened_at=None).update(confirmed_at=None)
    written(ticket, *SETTLED_FIELDS)
    publish(TicketClosingUndone(subject_id=ticket.pk, **acts_at(actor, ticket)), actor=actor)
    return ticket


@command
def take_back_move(ticket: Ticket, *, actor: Actor) -> Ticket:
    """Back to the team, and to the person, that had it before it was moved. Raises WrongState as ``last_deed``."""
    ticket = held(ticket, actor=actor)
    moved = last_deed(ticket, actor=actor, code=TicketMoved.code).event
    assert isinstance(moved, TicketMoved)
    former = ticket.assignments.filter(until_at__isnull=False, team_id=moved.former_team_id).order_by("-id").first()
    if former is None or ticket.team_id != moved.holder_team_id or ticket.assignee_id is not None:
        raise WrongState(_("Somebody has gone on with this ticket meanwhile."), code="went_on")
    acting = acts_at(actor, ticket)
    give_to(ticket, team_id=former.team_id, level=former.level, person_id=former.person_id)
    written(ticket, "assignee", "team", "level", "trail")
    told = {"subject_id": ticket.pk, "holder_level": former.level, "holder_team_id": former.team_id, **acting}
    publish(TicketMoved(former_team_id=moved.holder_team_id, reason=_("taken back"), **told), actor=actor)
    if former.person_id:
        publish(TicketAssigned(person_id=former.person_id, former_person_id=None, **told), actor=actor)
    return ticket
