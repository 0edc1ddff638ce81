"""How a ticket's promises stand now, for those who look at it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dreiklang.calendars.queries import working_calendar
from dreiklang.calendars.rules import working_seconds_between
from dreiklang.kernel import clock
from dreiklang.kernel.permissions import Actor
from dreiklang.sla import policy
from dreiklang.sla.models import AgreementVersion, Clock
from dreiklang.sla.queries.measuring import read_clocks, told_about
from dreiklang.sla.rules import FIRST_RESPONSE, PAUSED, RESOLUTION, UPDATE, Measured
from dreiklang.tickets import policy as tickets
from dreiklang.tickets.models import Ticket


@dataclass(frozen=True)
class Standing:
    """A clock that is still open: what, when due, how much of it is used in percent, and whether it stands still."""

    metric: str
    level: int
    due_at: datetime
    used_percent: int
    is_paused: bool
    is_broken: bool


@dataclass(frozen=True)
class Explained:
    """A ticket's clocks with their reasons, and the agreement they come from."""

    clocks: list[Measured]
    version: AgreementVersion | None


def open_clocks(ticket: Ticket, *, actor: Actor) -> list[Standing]:
    """The promises of a ticket that wait for their deed, the customer's first, then the holder's share. One query."""
    rows = policy.clocks_visible_to(actor, ticket).filter(met_at=None).select_related("version__calendar")
    found = {(row.metric, row.level): row for row in rows.order_by("round")}
    order = [(FIRST_RESPONSE, 0), (UPDATE, 0), (RESOLUTION, 0), (RESOLUTION, ticket.level)]
    if (FIRST_RESPONSE, 0) in found:
        order.remove((UPDATE, 0))  # the first answer is the next update
    return [_standing(found[place]) for place in order if place in found]


def _standing(row: Clock) -> Standing:
    is_paused = row.state == PAUSED
    used = row.used_seconds
    if not is_paused:
        hours = working_calendar(row.version.calendar)
        used += working_seconds_between(hours, row.measured_at, clock.now())
    percent = 100 if row.breached_at else min(100, round(used / row.target_seconds * 100)) if row.target_seconds else 0
    return Standing(row.metric, row.level, row.due_at, percent, is_paused, row.breached_at is not None)


def explained(ticket: Ticket, *, actor: Actor) -> Explained:
    """Every clock of a ticket that an actor may see, measured now, with the spans and events that were counted."""
    lines = told_about([ticket.pk])[ticket.pk]
    reading = read_clocks(lines, category=ticket.category_id, now=clock.now(), explain=True)
    if reading is None or not tickets.may_see(actor, ticket):
        return Explained([], None)
    version = None
    if reading.version is not None and not tickets.is_outside_house(actor):
        version = AgreementVersion.objects.select_related("agreement", "calendar").get(pk=reading.version)
    return Explained([c for c in reading.clocks if _may_see(actor, ticket, c)], version)


def _may_see(actor: Actor, ticket: Ticket, measured: Measured) -> bool:
    """The same rule as ``policy.clocks_visible_to``, for what was measured and is not a row."""
    if not tickets.works_inside(actor, ticket):
        return measured.level is None
    return not tickets.is_outside_house(actor) or (measured.level or 0) in actor.levels
