"""Which tickets would be reminded of or closed now: asked by the schedule, and by administrators before they dare."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.db.models import Exists, OuterRef, QuerySet

from dreiklang.calendars.queries import working_calendar
from dreiklang.calendars.rules import WorkingCalendar, after_working_days, is_open, is_working_day
from dreiklang.kernel import clock
from dreiklang.organizations.models import Address
from dreiklang.tickets import lifecycle
from dreiklang.tickets.models import Category, Pending, SilencePlan, Ticket
from dreiklang.tickets.rules import SECURITY, silence

#: Hours in which mails go out where a calendar has none.
_DAY_BEGINS, _DAY_ENDS = 8, 18


@dataclass(frozen=True)
class Due:
    """A ticket whose requester would be reminded now: for the how many-th time, and what the reminder announces."""

    ticket: Ticket
    pending: Pending
    number: int
    waits_since: datetime
    next_at: datetime | None
    closes_at: datetime | None
    has_address: bool


def plans_in_force() -> list[SilencePlan]:
    """The plans that are switched on."""
    return list(SilencePlan.objects.filter(is_active=True))


def due_reminders(
    *, at: datetime | None = None, plans: Iterable[SilencePlan] | None = None, ticket_id: int | None = None,
    only_open: bool = True,
) -> list[Due]:  # fmt: skip
    """The reminders that are due, longest waiting first. A fixed number of queries.

    ``plans`` other than those in force answer 'what if'; ``only_open`` leaves out teams that are closed right now.
    Security incidents are left to people.
    """
    now = at or clock.now()
    chosen = plans_in_force() if plans is None else [plan for plan in plans if plan.is_active]
    if not chosen:
        return []
    shortest = min(plan.remind_after for plan in chosen)
    waiting = _waiting().filter(since_at__lte=now - timedelta(days=shortest))
    if ticket_id is not None:
        waiting = waiting.filter(ticket_id=ticket_id)
    book, calendars = Planbook(chosen), _Calendars()
    found = (_due(pending, book, calendars, now, only_open=only_open) for pending in waiting)
    return [due for due in found if due is not None]


def _waiting() -> QuerySet[Pending]:
    has_address = Exists(Address.objects.filter(person_id=OuterRef("ticket__requester_id"), kind="mail"))
    return (
        Pending.objects.filter(ended_at=None, reason=Pending.Reason.REQUESTER, ticket__state=lifecycle.WAITING)
        .exclude(ticket__kind=SECURITY)
        .annotate(has_address=has_address)
        .select_related("ticket__team__calendar", "ticket__requester")
        .prefetch_related("reminders")
        .order_by("since_at", "id")
    )


def _due(pending: Pending, book: Planbook, calendars: _Calendars, now: datetime, *, only_open: bool) -> Due | None:
    ticket = pending.ticket
    plan = book.plan_for(ticket)
    if plan is None:
        return None
    asked_at = asked(pending)
    reminded = [reminder.decided_at for reminder in pending.reminders.all() if reminder.decided_at >= asked_at]
    calendar = calendars.of(ticket)
    after = partial(after_working_days, calendar)
    due_at = silence.next_reminder_at(plan, asked_at, reminded, after)
    if due_at is None or due_at > now or not _is_time(calendar, now, only_open=only_open):
        return None
    closing = silence.closes_at(plan, len(reminded), now, after)
    is_last = len(reminded) + 1 >= plan.times
    return Due(
        ticket=ticket,
        pending=pending,
        number=len(pending.reminders.all()) + 1,
        waits_since=asked_at,
        next_at=None if is_last else after(now, plan.remind_after),
        closes_at=closing,
        has_address=bool(pending.has_address),  # type: ignore[attr-defined]
    )


def asked(pending: Pending) -> datetime:
    """Since when we wait for a word: since the pause began, or since we last wrote meanwhile."""
    ticket = pending.ticket
    return max(pending.since_at, ticket.last_word_at) if ticket.last_word_by == "desk" else pending.since_at


def _is_time(calendar: WorkingCalendar, now: datetime, *, only_open: bool) -> bool:
    """Whether a reminder may leave: on a working day; the schedule also waits for the hours of the team."""
    local = now.astimezone(calendar.zone)
    if not is_working_day(calendar, local.date()):
        return False
    if not only_open:
        return True
    return is_open(calendar, now) if calendar.has_hours else _DAY_BEGINS <= local.hour < _DAY_ENDS


def due_closings(*, at: datetime | None = None, ticket_id: int | None = None) -> list[Ticket]:
    """Tickets whose announced closing has come: told by mail, not a word since, the plan still on."""
    now = at or clock.now()
    waiting = _waiting().filter(reminders__closes_at__lte=now, reminders__told_at__isnull=False).distinct()
    if ticket_id is not None:
        waiting = waiting.filter(ticket_id=ticket_id)
    book = Planbook(plans_in_force())
    return [pending.ticket for pending in waiting if _may_close(pending, book, now)]


def _may_close(pending: Pending, book: Planbook, now: datetime) -> bool:
    plan = book.plan_for(pending.ticket)
    if plan is None or plan.close_after is None:
        return False
    asked_at = asked(pending)
    return any(
        reminder.told_at is not None and reminder.closes_at is not None
        and reminder.closes_at <= now and reminder.decided_at >= asked_at
        for reminder in pending.reminders.all()
    )  # fmt: skip


class Planbook:
    """Plans by whom they are for: customer and category first, then the customer, then the category, then all.

    A category stands for those below it, the nearest one first. Plans that are switched off count as none, so a
    customer's own plan that is off leaves that customer in peace.
    """

    def __init__(self, plans: Iterable[SilencePlan]) -> None:
        self.plans = {(plan.customer_id, plan.category_id): plan for plan in plans}
        off = SilencePlan.objects.filter(is_active=False)
        self.off = set(off.values_list("customer_id", "category_id")) - set(self.plans)
        self.parents = dict(Category.objects.values_list("pk", "parent_id"))

    def plan_for(self, ticket: Ticket) -> silence.Silence | None:
        """The plan that holds for a ticket, or None."""
        chain: list[int] = []
        category: int | None = ticket.category_id
        while category is not None and category not in chain:
            chain.append(category)
            category = self.parents.get(category)
        for customer in (ticket.customer_id, None):
            for key in ((customer, of) for of in (*chain, None)):
                if key in self.off:
                    return None
                if key in self.plans:
                    return self.plans[key].as_rules()
        return None


class _Calendars:
    """The working calendar of each team, read once."""

    def __init__(self) -> None:
        self.read: dict[int | None, WorkingCalendar] = {}

    def of(self, ticket: Ticket) -> WorkingCalendar:
        key = ticket.team.calendar_id if ticket.team else None
        if key not in self.read:
            self.read[key] = working_calendar(ticket.team.calendar if ticket.team else None)
        return self.read[key]


def plans_with(changed: SilencePlan) -> list[SilencePlan]:
    """The plans in force as they would be with one of them made or changed: for the dry run."""
    key = (changed.customer_id, changed.category_id)
    others = [plan for plan in plans_in_force() if (plan.customer_id, plan.category_id) != key]
    return [*others, changed]
