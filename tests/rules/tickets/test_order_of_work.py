"""The order of work: what loses most by waiting goes first."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as some

from dreiklang.tickets.rules.order import LOOK_AHEAD, Job, delay_cost_of, index_of

NOW = datetime(2026, 11, 16, 8, 0, tzinfo=UTC)


def job(*, cost: float = 25, minutes: float = 15, due: float | None = 8) -> Job:
    return Job(1, cost, minutes, 3, NOW - timedelta(hours=1), NOW + timedelta(hours=due) if due is not None else None)


@given(some.floats(1, 1e5), some.floats(1, 1e5), some.floats(1, 600), some.floats(-100, 100))
def test_of_two_alike_the_one_that_loses_more_goes_first(one, other, minutes, due) -> None:
    first, second = sorted((one, other), reverse=True)
    assert index_of(job(cost=first, minutes=minutes, due=due), NOW) >= index_of(
        job(cost=second, minutes=minutes, due=due), NOW
    )


@given(some.floats(1, 1e5), some.floats(1, 600), some.floats(-100, 100), some.floats(0, 100))
def test_a_later_promise_never_goes_before_an_earlier_one(cost, minutes, due, later) -> None:
    assert index_of(job(cost=cost, minutes=minutes, due=due), NOW) >= index_of(
        job(cost=cost, minutes=minutes, due=due + later), NOW
    )


@given(some.floats(1, 600), some.floats(1, 600))
def test_without_slack_the_shorter_of_two_alike_goes_first(one, other) -> None:
    short, long = sorted((one, other))
    assert index_of(job(minutes=short, due=-1), NOW) >= index_of(job(minutes=long, due=-1), NOW)


@given(
    some.lists(some.tuples(some.floats(1, 1e4), some.floats(1, 300), some.floats(10, 50)), min_size=2, max_size=8),
    some.floats(0, 5),
)
def test_the_clock_does_not_change_the_order_of_those_with_slack(jobs, hours) -> None:
    made = [job(cost=c, minutes=m, due=d) for c, m, d in jobs]
    then = NOW + timedelta(hours=hours)
    differences = [(index_of(j, then) - index_of(j, NOW)) for j in made]
    assert all(abs(d - hours * 3600 / LOOK_AHEAD) < 1e-6 for d in differences if all(j.start_by > then for j in made))


def test_a_vip_and_an_outage_weigh_more() -> None:
    assert delay_cost_of(3) < delay_cost_of(3, is_vip=True) < delay_cost_of(3, outage_per_hour=500)
