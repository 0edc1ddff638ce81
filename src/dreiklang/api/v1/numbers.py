"""The basic numbers: open, came, solved, solved at level 1, handed up, broken; as far as the caller may see tickets."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema

from dreiklang.api.doors import caller, scope
from dreiklang.insight.queries.numbers import MEASURES, Line, by_customer, by_team, by_week
from dreiklang.kernel import clock
from dreiklang.kernel.errors import NotAllowed
from dreiklang.tickets.policy import is_outside_house

router = Router(tags=["numbers"])


class LineOut(Schema):
    """A line: ``name`` is a week's Monday, a team or a customer ("" for teams so small that they are persons)."""

    name: str
    level: int | None
    figures: dict[str, int]


@router.get("/numbers", response=list[LineOut], summary="Basic numbers by week, team or customer")
@scope("tickets.work", "tickets.see_all")
def numbers(
    request: HttpRequest,
    by: Literal["week", "team", "customer"] = "week",
    weeks: Annotated[int, Query(ge=1, le=53)] = 8,
) -> list[LineOut]:
    """Of the last weeks; only inside the house. Merged tickets count with what they became."""
    actor = caller(request)
    if is_outside_house(actor):
        raise NotAllowed()
    now = clock.now()
    if by == "week":
        return [_shown(line) for line in by_week(actor, weeks)]
    grouped = by_team if by == "team" else by_customer
    return [_shown(line) for line in grouped(actor, now - timedelta(weeks=weeks), now)]


def _shown(line: Line) -> LineOut:
    return LineOut(name=line.name, level=line.level, figures=dict(zip(MEASURES, line.figures, strict=True)))
