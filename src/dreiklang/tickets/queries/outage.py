"""What the outage behind a ticket costs, running or frozen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dreiklang.assets import queries as assets
from dreiklang.assets.rules import Outage
from dreiklang.kernel import clock
from dreiklang.kernel.permissions import Actor
from dreiklang.tickets import policy, rules
from dreiklang.tickets.models import OutageCost, Ticket


@dataclass(frozen=True)
class ShownOutage:
    """An outage as somebody may see it; ``is_frozen``: it is over, and the sum stands."""

    outage: Outage
    is_frozen: bool


def outage_of(ticket: Ticket, *, until: datetime) -> Outage | None:
    """The sum from the opening on; None for kinds that are no disturbance, without a service, or without its cost."""
    if ticket.service is None or ticket.kind not in (rules.INCIDENT, rules.SECURITY):
        return None
    return assets.outage(
        ticket.service,
        customer_id=ticket.customer_id,
        people=ticket.affected_people,
        since=ticket.opened_at,
        until=until,
    )


def outage_shown_to(actor: Actor, ticket: Ticket) -> ShownOutage | None:
    """The outage of a ticket for those who may know what it costs; None for everybody else."""
    if not policy.may_see_costs(actor, ticket):
        return None
    kept = OutageCost.objects.filter(ticket=ticket).first()
    if kept is not None:
        return ShownOutage(Outage.from_json(kept.working), is_frozen=True)
    if ticket.state_group == "settled":
        return None
    running = outage_of(ticket, until=clock.now())
    return ShownOutage(running, is_frozen=False) if running else None
