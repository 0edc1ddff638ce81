"""Where a ticket begins and what its category asks: teams, matrix, questions."""

from __future__ import annotations

from django.db import connection

from dreiklang.kernel.questions import Question
from dreiklang.teams.models import Team
from dreiklang.tickets import rules
from dreiklang.tickets.models import Category, CategoryQuestion, PriorityCell


def first_level_team(category: Category | None = None) -> Team | None:
    """Where a new ticket goes: the category's team if it works on the first level, else the first first-level team."""
    wished: Category | None = category
    while wished is not None:
        if wished.team and wished.team.level == 1 and wished.team.is_active:
            return wished.team
        wished = wished.parent
    return _first_team.first()


_first_team: Question[Team] = Question(lambda: Team.objects.filter(level=1, is_active=True).order_by("id")[:1])


def matrix() -> dict[tuple[int, int], int]:
    """The desk's own matrix laid over the usual one: (impact, urgency) → priority."""
    own = {(c.impact, c.urgency): c.priority for c in PriorityCell.objects.all()}
    return {**rules.USUAL_MATRIX, **own}


def priority_for(impact: int, urgency: int) -> int:
    """Priority by the desk's matrix, in one small query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT priority FROM tickets_prioritycell WHERE impact = %s AND urgency = %s", [impact, urgency]
        )
        cell = cursor.fetchone()
    return int(cell[0]) if cell else rules.priority_of(impact, urgency)


def questions_for(category: Category | None, *, level: int = 4, portal_only: bool = False) -> list[CategoryQuestion]:
    """The questions of a category and its parents, from the root down, that must be answered up to a level."""
    chain: list[int] = []
    while category is not None:
        chain.insert(0, category.pk)
        category = category.parent
    if not chain:
        return []
    found = CategoryQuestion.objects.filter(category_id__in=chain, is_active=True, needed_for_level__lte=level)
    if portal_only:
        found = found.filter(in_portal=True)
    return sorted(found, key=lambda q: (chain.index(q.category_id), q.position, q.pk))
