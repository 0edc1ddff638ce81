"""What a ticket weighs in the order of work: the loss of an hour, and the minutes the work is expected to take."""

from __future__ import annotations

from django.db import connection

from dreiklang.assets import queries as assets
from dreiklang.assets.rules import outage_of
from dreiklang.tickets import rules
from dreiklang.tickets.models import Ticket
from dreiklang.tickets.rules.order import delay_cost_of


def weight_of(ticket: Ticket) -> tuple[float, float]:
    """Delay cost of an hour and expected minutes at the present level."""
    cost = delay_cost_of(ticket.priority, outage_per_hour=_outage_per_hour(ticket), is_vip=ticket.requester.is_vip)
    return cost, expected_minutes(ticket.category_id, ticket.level)


def _outage_per_hour(ticket: Ticket) -> float:
    service = ticket.service
    if service is None or service.hourly_cost is None or ticket.kind not in (rules.INCIDENT, rules.SECURITY):
        return 0.0
    everybody = assets.depending(service)
    people = ticket.affected_people or assets.depending(service, ticket.customer_id) or everybody
    return float(outage_of(hourly_cost=service.hourly_cost, people=people, depending=everybody, seconds=3600).per_hour)


def expected_minutes(category_id: int | None, level: int) -> float:
    """What such a ticket usually takes this level: learned for the category, else the usual of the level."""
    if category_id is not None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT minutes FROM tickets_handlingtime WHERE category_id = %s AND level = %s", [category_id, level]
            )
            if row := cursor.fetchone():
                return float(row[0])
    return rules.USUAL_MINUTES[level]
