"""The order of work: what is next on a team's list, and why."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from django.db.models import Q
from django.http import HttpRequest
from ninja import Query, Router, Schema

from dreiklang.api.doors import WORKING, caller, scope
from dreiklang.api.shapes import Page, TicketOut
from dreiklang.api.v1.tickets import shown, team_for
from dreiklang.kernel import clock
from dreiklang.tickets import policy
from dreiklang.tickets.queries.order import in_order, job_of

router = Router(tags=["order of work"])
Few = Annotated[int, Query(ge=1, le=50)]


class NextOut(Schema):
    """A ticket in the order of work. ``index``: logarithm of its apparent tardiness cost; the greater, the sooner."""

    ticket: TicketOut
    index: float
    should_have_begun: bool
    begin_by: datetime
    delay_cost_per_hour: float
    expected_minutes: float


@router.get("/teams/{int:team_id}/next-tickets", response=Page[NextOut], summary="What loses most by waiting")
@scope(*WORKING)
def next_tickets(request: HttpRequest, team_id: int, limit: Few = 10) -> list[NextOut]:
    """The first tickets of a team's list that nobody else has, in the order of work."""
    actor, now = caller(request), clock.now()
    team = team_for(actor, team_id)
    found = policy.visible_to(actor).filter(team=team, state_group__in=["initial", "active"])
    mine = Q(assignee_id=None) | Q(assignee_id=actor.id if actor.kind == "person" else None)
    rows = found.filter(mine).select_related("requester", "team", "assignee", "category", "service")
    return [
        NextOut(
            ticket=shown(placed.ticket),
            index=placed.index,
            should_have_begun=placed.is_late,
            begin_by=job_of(placed.ticket).start_by,
            delay_cost_per_hour=placed.ticket.delay_cost,
            expected_minutes=placed.ticket.work_minutes,
        )
        for placed in in_order(rows, at=now, limit=limit)
    ]
