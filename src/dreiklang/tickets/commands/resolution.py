"""How a ticket ends: resolved when the solution went to the requester, then confirmed, closed or reopened."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from dreiklang.calendars.queries import working_calendar
from dreiklang.calendars.rules import after_working_days
from dreiklang.kernel import clock
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Invalid, WrongState
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require
from dreiklang.tickets import lifecycle, policy, rules
from dreiklang.tickets.commands.affected import freeze_outage, let_outage_run
from dreiklang.tickets.commands.attaching import Upload
from dreiklang.tickets.commands.conversation import write_message
from dreiklang.tickets.commands.holding import (
    acts_at,
    author_id,
    end_pending,
    give_to,
    held,
    mark,
    take_step,
    written,
)
from dreiklang.tickets.events import TicketClosed, TicketReopened, TicketResolved
from dreiklang.tickets.models import Message, Resolution, Ticket
from dreiklang.tickets.queries.complaints import complaint_of, was_answered, works_on_level
from dreiklang.tickets.queries.tasks import blocking

SETTLED_FIELDS = ("state", "state_group", "resolved_at", "closed_at", "closes_at", "returns_at", "trail")


@command
def resolve(
    ticket: Ticket,
    *,
    actor: Actor,
    text: str,
    html: str = "",
    attachments: Sequence[Upload] = (),
    version: int | None = None,
    with_message: Message | None = None,
) -> Resolution:
    """Send the solution to the requester; that resolves the ticket (HOUSE.md §3). ``with_message``: the parent's.

    The ticket closes by itself after some working days of silence, as the message says. Level 3 resolves through
    the level below, or over the direct line.
    """
    ticket = held(ticket, actor=actor, version=version)
    parent = with_message.ticket if with_message else None
    require(policy.may_move(actor, ticket) or (parent is not None and policy.may_solve_with(actor, parent, ticket)))
    _refuse_unowned_complaint(ticket, actor)
    _refuse_open_tasks(ticket)
    message = write_message(
        ticket, actor=actor, text=text, html=html, attachments=attachments, with_message=with_message
    )
    ticket.refresh_from_db()
    take_step(ticket, "resolve")
    end_pending(ticket)
    now = clock.now()
    at = acts_at(actor, ticket)
    resolution = Resolution.objects.create(
        ticket=ticket,
        author_id=author_id(actor),
        level=at["level"] or ticket.level,
        team_id=at["team_id"] or ticket.team_id,
        text=text,
        message=message,
        resolved_at=now,
    )
    ticket.resolved_at, ticket.closes_at = now, closes_by_silence(ticket, now)
    ticket.awaits_acceptance = False
    written(ticket, *SETTLED_FIELDS, "awaits_acceptance")
    freeze_outage(ticket)
    publish(
        TicketResolved(
            subject_id=ticket.pk,
            resolution_id=resolution.pk,
            message_id=message.pk,
            gist=rules.first_words(text),
            **at,
        ),
        actor=actor,
    )
    return resolution


def _refuse_unowned_complaint(ticket: Ticket, actor: Actor) -> None:
    """A complaint is answered by nobody of the level it is about, and not before somebody owns it (B11)."""
    if ticket.kind != rules.COMPLAINT or actor.is_system:
        return
    complaint = complaint_of(ticket)
    if complaint is None:
        raise WrongState(_("A complaint needs an owner before it is answered."), code="no_owner")
    if actor.id != complaint.owner_id and works_on_level(actor.id or 0, complaint.about_level):
        raise WrongState(_("This complaint is about your level; its owner answers it."), code="about_own_level")


def _refuse_open_tasks(ticket: Ticket) -> None:
    """What was marked so must be done first."""
    if left := blocking(ticket):
        words = _("First this must be done: %(tasks)s") % {"tasks": "; ".join(left)}
        raise Invalid({"": [words]}, code="tasks_open")


def closes_by_silence(ticket: Ticket, resolved_at: datetime) -> datetime:
    """When a resolved ticket closes if nobody objects: after some working days of the team that had it.

    Holidays and closed days of its calendar are no working days. A calendar without hours counts Monday to Friday.
    """
    calendar = working_calendar(ticket.team.calendar if ticket.team else None)
    return after_working_days(calendar, resolved_at, rules.CLOSE_AFTER_WORKING_DAYS)


@command
def confirm(ticket: Ticket, *, actor: Actor) -> Ticket:
    """It works again: the requester (by a click, in the portal) or the first level on the phone closes the ticket."""
    ticket = held(ticket, actor=actor)
    require(policy.may_confirm(actor, ticket))
    if ticket.state == lifecycle.CLOSED:
        raise WrongState(_("This ticket is closed already."), code="already_closed")
    return _close(ticket, actor=actor, because="confirmed")


@command
def close(ticket: Ticket, *, actor: Actor, because: str = "desk", version: int | None = None) -> Ticket:
    """Close a resolved ticket from the desk, or (as the schedule) after silence."""
    ticket = held(ticket, actor=actor, version=version)
    require(actor.is_system or policy.may_work(actor, ticket))
    return _close(ticket, actor=actor, because=because)


def _close(ticket: Ticket, *, actor: Actor, because: str) -> Ticket:
    if ticket.kind == rules.COMPLAINT and not was_answered(ticket):
        raise WrongState(_("A complaint is closed with an answer only."), code="answer_owed")
    take_step(ticket, "close")
    now = clock.now()
    ticket.closed_at, ticket.closes_at = now, None
    mark(ticket, "close")
    if because == "confirmed":
        Resolution.objects.filter(ticket=ticket, reopened_at=None).update(confirmed_at=now)
    written(ticket, *SETTLED_FIELDS)
    publish(TicketClosed(subject_id=ticket.pk, because=because, **acts_at(actor, ticket)), actor=actor)
    return ticket


@command
def reopen(ticket: Ticket, *, actor: Actor, because: str = "requester", reason: str = "") -> Ticket:
    """It does not work after all. Possible for ten days after the resolution, by the requester or the desk.

    The ticket goes back to the first level of its way, which confirms with the requester (A7). Raises WrongState
    when it is too late (code ``too_late``: the caller opens a linked ticket) or it was never resolved.
    """
    ticket = held(ticket, actor=actor)
    require(policy.may_confirm(actor, ticket))
    if ticket.resolved_at is None or ticket.state not in (lifecycle.RESOLVED, lifecycle.CLOSED):
        raise WrongState(_("Only a resolved ticket can be reopened."))
    if not rules.may_still_reopen(ticket.resolved_at, clock.now()):
        raise WrongState(_("It was resolved too long ago; please open a new ticket."), code="too_late")
    if not actor.is_system and actor.id != ticket.requester_id and not reason.strip():
        raise Invalid({"reason": [_("Please say why it is open again.")]})
    take_step(ticket, "reopen")
    Resolution.objects.filter(ticket=ticket, reopened_at=None).update(reopened_at=clock.now())
    let_outage_run(ticket)
    ticket.closed_at = ticket.closes_at = ticket.resolved_at = None
    mark(ticket, "open")
    holder = ticket.assignments.order_by("id").first()
    if holder and (holder.team_id, holder.level) != (ticket.team_id, ticket.level):
        give_to(ticket, team_id=holder.team_id, level=holder.level, person_id=None)
    written(ticket, *SETTLED_FIELDS, "team", "level", "assignee")
    publish(
        TicketReopened(subject_id=ticket.pk, because=because, reason=reason.strip(), **acts_at(actor, ticket)),
        actor=actor,
    )
    return ticket
