"""What a lesson changed: cases of its kind before and since, counted as they were decided."""

from __future__ import annotations

from datetime import timedelta

from tests.cast import Cast
from tests.domain.training.conftest import CASE

from dreiklang.escalation.commands.handing_over import hand_over
from dreiklang.kernel import clock
from dreiklang.tickets.commands.opening import open_ticket
from dreiklang.tickets.commands.resolution import resolve
from dreiklang.tickets.models import Category, Ticket
from dreiklang.training.commands import lessons
from dreiklang.training.queries import effect as queries
from dreiklang.training.rules.effect import Share


def case(cast: Cast, category: Category | None, *, up: bool) -> Ticket:
    """A like case: handed up, or solved on level 1."""
    alan = cast.actor("alan")
    ticket = open_ticket(cast.rita, actor=alan, subject="Druck", channel="phone", category=category)
    if up:
        hand_over(ticket, actor=alan, to_team=cast.teams["workplace"], case=CASE)
    else:
        resolve(ticket, actor=alan, text="Erledigt")
    return ticket


def test_cases_before_and_since_are_counted_as_they_were_decided(cast: Cast, hard: Ticket, category: Category) -> None:
    now, carl = clock.now(), cast.actor("carl")
    with clock.standing_at(now - timedelta(days=30)):
        for up in (True, True, False):
            case(cast, category, up=up)
        open_ticket(cast.rita, actor=cast.actor("alan"), subject="offen", channel="phone", category=category)
        case(cast, None, up=True)
    with clock.standing_at(now - timedelta(days=200)):
        case(cast, category, up=True)
    lesson = lessons.teach(hard, actor=carl, remedies=["permission"])[0]
    assert queries.effects_of([lesson], actor=carl) == {}
    with clock.standing_at(now):
        lesson = lessons.settle(lesson, actor=carl, outcome="gegeben")
    with clock.standing_at(now + timedelta(days=1)):
        case(cast, category, up=False)
        hidden = case(cast, category, up=True)
    found = queries.effects_of([lesson], actor=carl)[lesson.pk]
    assert (found.before, found.after, found.verdict) == (Share(2, 3), Share(1, 2), "silent")
    Ticket.objects.filter(pk=hidden.pk).update(is_restricted=True)
    assert queries.effects_of([lesson], actor=cast.actor("dora"))[lesson.pk].after == Share(0, 1)
    assert queries.cases_of(lesson, "before_up", actor=carl).count() == 2
    assert queries.done_lessons(actor=cast.actor("eve")) == []
