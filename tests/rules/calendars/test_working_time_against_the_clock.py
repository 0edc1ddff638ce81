"""Working time compared with the minute-by-minute oracle, and the laws it must obey."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.rules.calendars.oracle import Oracle
from tests.rules.calendars.written import cases

from dreiklang.calendars.rules import (
    WorkingCalendar,
    add_working_time,
    is_open,
    next_opening,
    open_spans,
    working_seconds_between,
)
from dreiklang.calendars.rules.timetable import Timebook

Case = tuple[WorkingCalendar, Oracle, datetime]

some_time = st.integers(0, 3 * 86_400_000_000).map(lambda micros: timedelta(microseconds=micros))
seconds_to_add = st.integers(0, 100_000) | st.floats(0, 100_000, allow_nan=False)
slow = settings(max_examples=80, deadline=None)
quick = settings(max_examples=100, deadline=None)


@slow
@given(cases(), some_time)
def test_the_seconds_between_two_moments_are_those_the_wall_clock_was_open(case: Case, later: timedelta):
    calendar, oracle, start = case
    end = start + later
    assert working_seconds_between(calendar, start, end) == oracle.seconds_between(start, end)


@slow
@given(cases(), seconds_to_add)
def test_a_sum_is_reached_the_moment_the_wall_clock_was_open_that_long(case: Case, seconds: float):
    calendar, oracle, start = case
    assume(calendar.has_hours)
    expected = oracle.added(start, seconds, within=timedelta(days=4))
    assume(expected is not None)
    assert add_working_time(calendar, start, seconds) == expected


@quick
@given(cases(days=5))
def test_open_is_what_the_wall_clock_says(case: Case):
    calendar, oracle, at = case
    assert is_open(calendar, at) == oracle.is_open(at.replace(second=0, microsecond=0))


@quick
@given(cases(), some_time)
def test_open_spans_are_apart_inside_and_as_long_as_the_working_time(case: Case, later: timedelta):
    calendar, _, start = case
    spans = open_spans(calendar, start, start + later)
    edges = [edge for span in spans for edge in span]
    assert edges == sorted(set(edges))
    assert all(start <= edge <= start + later for edge in edges)
    assert all(is_open(calendar, span.starts_at) for span in spans)
    assert not any(is_open(calendar, span.ends_at) for span in spans if span.ends_at != start + later)
    total = sum((span.ends_at - span.starts_at for span in spans), timedelta())
    assert total.total_seconds() == working_seconds_between(calendar, start, start + later)


@quick
@given(cases(days=400), seconds_to_add)
def test_what_was_added_lies_between(case: Case, seconds: float):
    calendar, _, start = case
    assume(calendar.has_hours)
    end = add_working_time(calendar, start, seconds)
    assert end >= start
    assert working_seconds_between(calendar, start, end) == timedelta(seconds=seconds).total_seconds()


@quick
@given(cases(days=400), seconds_to_add)
def test_a_sum_is_never_later_than_needed(case: Case, seconds: float):
    calendar, _, start = case
    assume(calendar.has_hours and timedelta(seconds=seconds))
    end = add_working_time(calendar, start, seconds)
    just_before = end - timedelta(microseconds=1)
    assert working_seconds_between(calendar, start, just_before) < timedelta(seconds=seconds).total_seconds()


@quick
@given(cases(days=400), some_time, some_time)
def test_two_stretches_of_time_add_up(case: Case, first: timedelta, second: timedelta):
    calendar, _, start = case
    middle, end = start + first, start + first + second
    whole = working_seconds_between(calendar, start, end)
    parts = working_seconds_between(calendar, start, middle) + working_seconds_between(calendar, middle, end)
    assert abs(whole - parts) < 1e-6
    assert 0 <= whole <= (end - start).total_seconds()


@quick
@given(cases(days=400), st.integers(0, 100_000), st.integers(0, 100_000))
def test_adding_twice_is_adding_the_sum(case: Case, first: int, second: int):
    calendar, _, start = case
    assume(calendar.has_hours)
    step = add_working_time(calendar, add_working_time(calendar, start, first), second)
    assert step == add_working_time(calendar, start, first + second)


@quick
@given(cases(days=400), some_time, seconds_to_add, seconds_to_add)
def test_later_starts_and_longer_times_never_end_earlier(case: Case, later: timedelta, seconds: float, more: float):
    calendar, _, start = case
    assume(calendar.has_hours)
    end = add_working_time(calendar, start, seconds)
    assert add_working_time(calendar, start + later, seconds) >= end
    assert add_working_time(calendar, start, seconds + more) >= end


@quick
@given(cases(days=400))
def test_the_next_opening_is_open_and_nothing_before_it_is(case: Case):
    calendar, _, at = case
    assume(calendar.has_hours)
    opening = next_opening(calendar, at)
    assert opening >= at
    assert is_open(calendar, opening)
    assert working_seconds_between(calendar, at, opening) == 0


@quick
@given(cases(days=400), some_time, st.sampled_from(["Asia/Tokyo", "America/New_York", "Europe/Berlin"]))
def test_the_offset_a_moment_is_written_in_does_not_matter(case: Case, later: timedelta, zone: str):
    calendar, _, start = case
    elsewhere = start.astimezone(ZoneInfo(zone))
    end = (start + later).astimezone(UTC)
    assert working_seconds_between(calendar, elsewhere, end) == working_seconds_between(calendar, start, end)


@settings(max_examples=30, deadline=None)
@given(cases(days=20_000), st.integers(0, 10_000_000))
def test_a_calendar_asked_about_far_years_answers_like_one_that_never_was(case: Case, seconds: int):
    calendar, _, start = case
    assume(calendar.has_hours)
    expected = add_working_time(calendar, start, seconds)
    fresh = WorkingCalendar(calendar.timezone, calendar.week, calendar.holidays)
    object.__setattr__(fresh, "timebook", Timebook(fresh.zone, fresh.week, fresh.holidays, ""))
    assert add_working_time(fresh, start, seconds) == expected
