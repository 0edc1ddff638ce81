"""The order of work in the database equals the pure rule, page by page, by its indexes."""

from __future__ import annotations

from datetime import datetime, timedelta
from importlib import import_module
from random import Random

import pytest
from django.db import connection
from tests.cast import Cast

from dreiklang.kernel import clock
from dreiklang.kernel.errors import NotAllowed
from dreiklang.kernel.permissions import system
from dreiklang.tickets.commands.categories import make_category
from dreiklang.tickets.commands.classification import classify
from dreiklang.tickets.commands.interventions import log_intervention
from dreiklang.tickets.commands.learning import learn_handling_times
from dreiklang.tickets.commands.opening import open_ticket
from dreiklang.tickets.commands.resolution import resolve
from dreiklang.tickets.models import Ticket
from dreiklang.tickets.queries import order
from dreiklang.tickets.queries.learning import news_of_handling_times
from dreiklang.tickets.rules.order import index_of


@pytest.fixture
def many(cast: Cast, frozen: datetime) -> datetime:
    random = Random(7)
    rita = cast.actor("rita")
    for n in range(60):
        with clock.standing_at(frozen - timedelta(hours=random.uniform(0, 90))):
            ticket = open_ticket(
                cast.rita, actor=rita, subject=f"Fall {n}", impact=random.randint(1, 3), urgency=random.randint(1, 3)
            )
        due = frozen + timedelta(hours=random.uniform(-6, 30)) if random.random() < 0.7 else None
        Ticket.objects.filter(pk=ticket.pk).update(next_promise_at=due, work_minutes=random.choice([5, 15, 15, 45]))
    return frozen


def test_the_database_orders_as_the_rule_does(cast: Cast, many: datetime) -> None:
    for hours in (0, 3, 20):
        at = many + timedelta(hours=hours)
        placed = order.in_order(Ticket.objects.unsettled(), at=at, limit=100)
        indexes = [index_of(order.job_of(p.ticket), at) for p in placed]
        assert [p.index for p in placed] == pytest.approx(indexes)
        assert indexes == sorted(indexes, reverse=True)
        assert len(placed) == 60


@pytest.mark.parametrize("size", [1, 7])
def test_pages_go_on_without_a_gap_or_a_double(cast: Cast, many: datetime, size: int) -> None:
    whole = [p.ticket.pk for p in order.in_order(Ticket.objects.unsettled(), at=many, limit=100)]
    found: list[int] = []
    after = ""
    while page := order.in_order(
        Ticket.objects.unsettled(), at=many + timedelta(minutes=len(found)), limit=size, after=after
    ):
        found += [p.ticket.pk for p in page]
        after = page[-1].cursor(many)
    assert found == whole


@pytest.mark.parametrize("after", ["x", "l_1_2", "l_a_b_c", "e_nan_1_1", "l_1e99_1_1"])
def test_a_spoilt_cursor_begins_at_the_front(cast: Cast, many: datetime, after: str) -> None:
    assert len(order.in_order(Ticket.objects.unsettled(), at=many, limit=5, after=after)) == 5


def test_a_heavier_ticket_weighs_more_at_once(cast: Cast, frozen: datetime) -> None:
    ticket = open_ticket(cast.rita, actor=cast.actor("rita"), subject="Druckt nicht")
    assert (ticket.delay_cost, ticket.work_minutes) == (6, 15)
    assert classify(ticket, actor=cast.actor("alan"), impact=1, urgency=1).delay_cost == 400


def test_handling_times_are_learned_from_the_log_and_a_second_look_finds_no_news(cast: Cast, frozen: datetime) -> None:
    alan, category = cast.actor("alan"), make_category({"de": "Drucken"}, actor=system("test"))
    for minutes in (1, 30, 40, 50, 900):
        done = open_ticket(cast.rita, actor=cast.actor("rita"), subject="Papierstau", category=category)
        log_intervention(done, actor=alan, text="Geprüft", minutes=minutes)
        resolve(done, actor=alan, text="Geht wieder")
    running = open_ticket(cast.rita, actor=cast.actor("rita"), subject="Papierstau", category=category)
    assert running.work_minutes == 15
    assert learn_handling_times(news_of_handling_times(), actor=system("schedule")) == 1
    running.refresh_from_db()
    assert running.work_minutes == 40
    assert news_of_handling_times() == []
    assert open_ticket(cast.rita, actor=cast.actor("rita"), subject="Neu", category=category).work_minutes == 40
    with pytest.raises(NotAllowed):
        learn_handling_times([], actor=alan)


def test_the_indexes_hold_the_very_expressions_of_the_queries() -> None:
    migration = import_module("dreiklang.tickets.migrations.0008_order_of_work")
    _start_by, late, early = order.INDEXED
    assert (late, early) == (migration.LATE, migration.EARLY)


def test_the_order_of_a_team_is_read_from_the_indexes(cast: Cast, many: datetime) -> None:
    active = Ticket.objects.filter(team=cast.teams["desk"], state_group__in=["initial", "active"])
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off; SET LOCAL enable_bitmapscan = off")
    from django.db.models import FloatField
    from django.db.models.expressions import RawSQL

    for name, words in (("ticket_order_late", order.LATE), ("ticket_order_early", order.EARLY)):
        ranked = active.annotate(rank=RawSQL(words, (), output_field=FloatField()))
        assert name in ranked.order_by("-rank", "pk")[:5].explain()
