"""When recurring tickets come: by the calendar, in order, never twice, moved off closed days as wished."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import islice, pairwise

from hypothesis import given
from hypothesis import strategies as st

from dreiklang.tickets.rules.recurrence import LAST, Every, Recurrence, Shift, moved

DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))
RULES = st.builds(
    Recurrence,
    every=st.sampled_from(Every),
    interval=st.integers(1, 99),
    starts_on=DAYS,
    ends_on=st.none() | st.dates(date(2100, 1, 1), date(2130, 1, 1)),
    weekdays=st.lists(st.integers(0, 6), unique=True, max_size=7).map(tuple),
    month_day=st.sampled_from([0, LAST, *range(1, 32)]),
    nth=st.sampled_from([0, LAST, 1, 2, 3, 4]),
)


def first(rule: Recurrence, n: int = 12, after: date | None = None) -> list[date]:
    return list(islice(rule.dates(after), n))


@given(RULES)
def test_days_come_in_order_each_once_within_their_span(rule):
    days = first(rule)
    assert all(one < next_one for one, next_one in pairwise(days))
    assert all(day >= rule.starts_on and (rule.ends_on is None or day <= rule.ends_on) for day in days)


@given(RULES, st.integers(0, 8))
def test_what_comes_after_a_day_is_the_rest_of_what_comes_at_all(rule, n):
    days = first(rule)
    if len(days) > n:
        assert first(rule, len(days) - n - 1, after=days[n]) == days[n + 1 :]


@given(RULES)
def test_weeks_keep_to_their_weekdays(rule):
    if rule.every is Every.WEEK:
        assert {day.weekday() for day in first(rule)} <= (set(rule.weekdays) or {rule.starts_on.weekday()})


@given(RULES)
def test_each_month_has_its_day(rule):
    if rule.every is Every.MONTH and rule.ends_on is None:
        days = first(rule, 30)
        months = [day.year * 12 + day.month for day in days]
        assert all(later - earlier == rule.interval for earlier, later in pairwise(months))


def test_the_thirty_first_is_the_last_day_of_a_shorter_month():
    rule = Recurrence(Every.MONTH, 1, date(2026, 1, 31))
    assert first(rule, 3) == [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31)]


def test_the_first_monday_and_the_last_friday():
    assert first(Recurrence(Every.MONTH, 1, date(2026, 11, 1), weekdays=(0,), nth=1), 2) == [
        date(2026, 11, 2), date(2026, 12, 7),
    ]  # fmt: skip
    assert first(Recurrence(Every.MONTH, 1, date(2026, 11, 1), weekdays=(4,), nth=LAST), 2) == [
        date(2026, 11, 27), date(2026, 12, 25),
    ]  # fmt: skip


def test_leap_day_comes_every_year():
    assert first(Recurrence(Every.YEAR, 1, date(2024, 2, 29)), 3)[1:] == [date(2025, 2, 28), date(2026, 2, 28)]


@given(DAYS, st.sampled_from(Shift), st.sets(st.integers(0, 6), min_size=1, max_size=6))
def test_a_moved_day_is_a_working_day_the_nearest_in_its_direction(day, shift, closed):
    real = moved(day, shift, lambda one: one.weekday() not in closed)
    if shift is Shift.NONE or day.weekday() not in closed:
        assert real == day
    elif shift is Shift.SKIP:
        assert real is None
    else:
        step = timedelta(days=1 if real > day else -1)
        assert (real > day) == (shift is Shift.LATER)
        between = (day + step * n for n in range(abs((real - day).days)))
        assert all(one.weekday() in closed for one in between)
        assert real.weekday() not in closed
