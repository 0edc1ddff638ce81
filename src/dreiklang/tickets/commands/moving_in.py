"""Tickets of another desk begin here, with their former dates and no word to anybody; and are taken back untouched."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from dreiklang.kernel import clock
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Invalid, WrongState
from dreiklang.kernel.journal import publish
from dreiklang.kernel.models import JournalLine
from dreiklang.kernel.permissions import Actor, require
from dreiklang.organizations.models import Person
from dreiklang.tickets.commands.conversation import receive_message
from dreiklang.tickets.commands.finding import remember_words
from dreiklang.tickets.commands.holding import acts_at, held, mark, take_step, written
from dreiklang.tickets.commands.opening import open_ticket
from dreiklang.tickets.events import TicketClosed
from dreiklang.tickets.events.moving_in import TicketMovedIn, TicketMovedOut
from dreiklang.tickets.models import Resolution, Ticket


@command
def move_in(
    requester: Person,
    *,
    actor: Actor,
    import_id: int,
    text: str,
    reference: str = "",
    opened_at: datetime | None = None,
    ended_at: datetime | None = None,
    solution: str = "",
    **of_ticket: Any,
) -> Ticket:
    """Open a ticket that another desk had. With ``ended_at`` it is closed already, by ``solution``.

    Promises are not counted for what ended elsewhere; for the others they begin now, as nobody here could have kept
    them before. Raises Invalid by field.
    """
    require(actor.is_system)
    now = clock.now()
    _refuse_bad_dates(opened_at, ended_at, now)
    ticket = open_ticket(requester, actor=actor, channel="desk", **of_ticket)
    opened_at = opened_at or ended_at or now
    receive_message(
        ticket, actor=actor, author=requester, text=text or ticket.subject, subject=ticket.subject, channel="desk",
        said_at=opened_at,
    )  # fmt: skip
    ticket.refresh_from_db()
    if reference:
        remember_words(ticket, outside=[reference])
    ticket.opened_at = ticket.last_word_at = opened_at
    written(ticket, "opened_at", "last_word_at")
    publish(
        TicketMovedIn(subject_id=ticket.pk, import_id=import_id, reference=reference, **acts_at(actor, ticket)),
        actor=actor,
    )
    if ended_at is not None:
        _end(ticket, ended_at, solution, actor)
    return ticket


def _refuse_bad_dates(opened_at: datetime | None, ended_at: datetime | None, now: datetime) -> None:
    if opened_at is not None and opened_at > now:
        raise Invalid({"opened_at": [_("This moment has not come yet.")]})
    if ended_at is not None and ended_at > now:
        raise Invalid({"ended_at": [_("This moment has not come yet.")]})
    if opened_at is not None and ended_at is not None and ended_at < opened_at:
        raise Invalid({"ended_at": [_("It ends before it begins.")]})


def _end(ticket: Ticket, at: datetime, solution: str, actor: Actor) -> None:
    take_step(ticket, "discard")
    ticket.resolved_at = ticket.closed_at = at
    mark(ticket, "close")
    Resolution.objects.create(
        ticket=ticket, level=ticket.level, team_id=ticket.team_id, text=solution or _("Closed at the former desk."),
        resolved_at=at,
    )  # fmt: skip
    written(ticket, "state", "state_group", "resolved_at", "closed_at", "trail")
    publish(TicketClosed(subject_id=ticket.pk, because="moved_in", **acts_at(actor, ticket)), actor=actor)


@command
def move_out(ticket: Ticket, *, actor: Actor, import_id: int, version: int) -> None:
    """Take a ticket back that an import brought. Raises WrongState once anything has happened to it."""
    require(actor.is_system)
    ticket = held(ticket, actor=actor)
    own = JournalLine.objects.filter(subject_kind="ticket", subject_id=ticket.pk).exclude(actor_kind="system")
    if ticket.version != version or own.exists():
        raise WrongState(_("Something has happened to it since."), code="in_use")
    gone = TicketMovedOut(subject_id=ticket.pk, number=ticket.number, import_id=import_id, **acts_at(actor, ticket))
    try:
        ticket.delete()
    except ProtectedError as used:
        raise WrongState(_("Something else refers to it by now."), code="in_use") from used
    publish(gone, actor=actor)
