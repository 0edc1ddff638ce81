"""What silence of a requester leads to: reminders, then the closing they announced, with the way back in the mail.

The schedule decides on lists (`queries.silence`) and each command looks again under the ticket's lock, so that a
schedule that runs twice, or beside another, does it once (P09).
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from dreiklang.kernel import clock
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Conflict, Invalid, NotFound, WrongState
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require
from dreiklang.organizations.models import Organization
from dreiklang.tickets import policy
from dreiklang.tickets.commands.holding import acts_at, end_pending, held, mark, take_step, written
from dreiklang.tickets.events import TicketClosed
from dreiklang.tickets.events.silence import ReminderFailed, ReminderSent, RequesterReminded, SilencePlanChanged
from dreiklang.tickets.models import Category, Reminder, SilencePlan, Ticket
from dreiklang.tickets.queries.silence import due_closings, due_reminders
from dreiklang.tickets.rules import silence


@command
def remind(ticket_id: int, *, actor: Actor) -> Reminder:
    """Remind the requester of our question. Raises WrongState unless it is time and there is an address."""
    require(actor.is_system)
    ticket = held(ticket_id, actor=actor)
    due = next(iter(due_reminders(ticket_id=ticket.pk)), None)
    if due is None or not due.has_address:
        raise WrongState(code="no_address" if due else "not_due")
    reminder = Reminder.objects.create(
        pending=due.pending, number=due.number, decided_at=clock.now(), closes_at=due.closes_at
    )
    publish(
        RequesterReminded(
            subject_id=ticket.pk,
            reminder_id=reminder.pk,
            number=due.number,
            next_at=due.next_at,
            closes_at=due.closes_at,
        ),
        actor=actor,
    )
    return reminder


@command
def lapse(ticket_id: int, *, actor: Actor) -> Ticket:
    """Close a ticket whose requester stayed silent, as the last reminder said. Raises WrongState unless it is time.

    There is no solution, so no Resolution is written; the requester can reopen it as any closed ticket.
    """
    require(actor.is_system)
    ticket = held(ticket_id, actor=actor)
    if not due_closings(ticket_id=ticket.pk):
        raise WrongState(code="not_due")
    take_step(ticket, "lapse")
    end_pending(ticket)
    ticket.resolved_at = ticket.closed_at = clock.now()
    mark(ticket, "close")
    written(ticket, "state", "state_group", "resolved_at", "closed_at", "returns_at", "trail")
    publish(TicketClosed(subject_id=ticket.pk, because="unanswered", **acts_at(actor, ticket)), actor=actor)
    return ticket


@command
def reminder_sent(reminder_id: int, *, actor: Actor) -> Reminder:
    """A mail server has taken a reminder. Raises WrongState if it had before."""
    require(actor.is_system)
    reminder = Reminder.objects.select_for_update(of=("self",)).select_related("pending").get(pk=reminder_id)
    if reminder.told_at is not None:
        raise WrongState(code="not_on_its_way")
    reminder.told_at = clock.now()
    reminder.save(update_fields=["told_at"])
    publish(ReminderSent(subject_id=reminder.pending.ticket_id, reminder_id=reminder.pk), actor=actor)
    return reminder


@command
def reminder_failed(reminder_id: int, *, actor: Actor, recipient: str, reason: str) -> Reminder:
    """A reminder could not be delivered, at once or as a bounce says: what it announced does not hold."""
    require(actor.is_system)
    reminder = Reminder.objects.select_for_update(of=("self",)).select_related("pending").get(pk=reminder_id)
    reminder.told_at = reminder.closes_at = None
    reminder.save(update_fields=["told_at", "closes_at"])
    publish(
        ReminderFailed(
            subject_id=reminder.pending.ticket_id,
            reminder_id=reminder.pk,
            recipient=recipient[:500],
            reason=reason[:500],
        ),
        actor=actor,
    )
    return reminder


@command
def set_silence_plan(
    *,
    actor: Actor,
    customer: Organization | None,
    category: Category | None,
    is_active: bool,
    remind_after: int,
    times: int,
    close_after: int | None,
    plan: SilencePlan | None = None,
    version: int | None = None,
) -> SilencePlan:
    """Make or change a plan. Raises Invalid by field, Conflict if somebody changed it since ``version``."""
    require(policy.may_set_up(actor))
    values: dict[str, Any] = {
        "customer": customer, "category": category, "is_active": is_active, "remind_after": remind_after,
        "times": times, "close_after": close_after,
    }  # fmt: skip
    if plan is not None:
        plan = SilencePlan.objects.select_for_update().filter(pk=plan.pk).first()
        if plan is None:
            raise NotFound(code="no_plan")
        if version is not None and version != plan.version:
            raise Conflict(_("Somebody else changed this plan in the meantime."), current=plan.version)
    _refuse_bad_plan(values, plan)
    kept = plan or SilencePlan(version=0)
    for name, value in values.items():
        setattr(kept, name, value)
    kept.version += 1
    kept.save()
    publish(SilencePlanChanged(subject_id=kept.pk, changed=tuple(values)), actor=actor)
    return kept


def _refuse_bad_plan(values: dict[str, Any], plan: SilencePlan | None) -> None:
    problems: dict[str, list[str]] = {}
    if not 1 <= values["remind_after"] <= silence.MOST_DAYS:
        problems["remind_after"] = [_("Between 1 and 60 working days.")]
    if not 1 <= values["times"] <= silence.MOST_REMINDERS:
        problems["times"] = [_("Between one and three reminders.")]
    if values["close_after"] is not None and not 1 <= values["close_after"] <= silence.MOST_DAYS:
        problems["close_after"] = [_("Between 1 and 60 working days, or nothing.")]
    same = SilencePlan.objects.filter(customer=values["customer"], category=values["category"])
    if same.exclude(pk=plan.pk if plan else 0).exists():
        problems["customer"] = [_("There is a plan for this customer and category already.")]
    if problems:
        raise Invalid(problems)


@command
def remove_silence_plan(plan: SilencePlan, *, actor: Actor) -> None:
    """Remove a plan; what was announced under it does not happen."""
    require(policy.may_set_up(actor))
    gone = SilencePlanChanged(subject_id=plan.pk, changed=("removed",))
    plan.delete()
    publish(gone, actor=actor)
