"""What opening hours mean, day by day, in figures that can be checked in the head."""

import pickle
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from tests.rules.calendars.oracle import DAYS
from tests.rules.calendars.written import on, standard

from dreiklang.calendars.rules import (
    CLOSED_WEEK,
    BadCalendar,
    BeyondHorizon,
    NeverOpen,
    WorkingCalendar,
    add_working_time,
    is_open,
    next_opening,
    open_spans,
    week_from,
    working_seconds_between,
)
from dreiklang.calendars.rules.week import written_week

HOUR = 3600
MONDAY = date(2026, 3, 2)
FRIDAY = date(2026, 3, 6)
BERLIN = ZoneInfo("Europe/Berlin")


def always(zone: str) -> WorkingCalendar:
    return WorkingCalendar(zone, week_from({day: [["00:00", "24:00"]] for day in DAYS}))


def nights(**more: object) -> WorkingCalendar:
    """Every night from ten to six."""
    week = week_from({day: [["22:00", "06:00"]] for day in DAYS})
    return WorkingCalendar("Europe/Berlin", week, **more)  # type: ignore[arg-type]


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


def test_a_weekend_is_no_working_time():
    assert working_seconds_between(standard(), on(FRIDAY, "16:00"), on(date(2026, 3, 9), "09:00")) == 2 * HOUR


def test_a_sum_runs_over_the_weekend():
    assert add_working_time(standard(), on(FRIDAY, "16:00"), 2 * HOUR) == berlin("2026-03-09T09:00")


def test_a_days_work_ends_at_closing_time_and_not_at_the_next_opening():
    assert add_working_time(standard(), on(MONDAY, "08:00"), 9 * HOUR) == berlin("2026-03-02T17:00")


def test_nothing_added_is_the_start_itself_even_at_night():
    assert add_working_time(standard(), on(MONDAY, "23:00"), 0) == berlin("2026-03-02T23:00")
    assert add_working_time(standard(), on(MONDAY, "23:00"), 1e-9) == berlin("2026-03-02T23:00")


def test_an_end_before_the_start_is_no_time():
    assert working_seconds_between(standard(), on(FRIDAY, "12:00"), on(MONDAY, "12:00")) == 0
    assert open_spans(standard(), on(FRIDAY, "12:00"), on(MONDAY, "12:00")) == []


def test_a_lunch_break_is_no_working_time():
    calendar = WorkingCalendar("Europe/Berlin", week_from({"mon": [["08:00", "12:00"], ["13:00", "17:00"]]}))
    assert working_seconds_between(calendar, on(MONDAY, "11:30"), on(MONDAY, "13:30")) == HOUR
    assert add_working_time(calendar, on(MONDAY, "11:30"), 0.5 * HOUR) == berlin("2026-03-02T12:00")
    assert add_working_time(calendar, on(MONDAY, "11:30"), 0.5 * HOUR + 1) == berlin("2026-03-02T13:00:01")


def test_spans_that_overlap_count_once():
    week = week_from({"mon": [["08:00", "12:00"], ["10:00", "14:00"], ["22:00", "06:00"]], "tue": [["05:00", "07:00"]]})
    calendar = WorkingCalendar("Europe/Berlin", week)
    assert working_seconds_between(calendar, on(MONDAY, "00:00"), on(FRIDAY, "00:00")) == (6 + 9) * HOUR
    assert [span.seconds for span in open_spans(calendar, on(MONDAY, "00:00"), on(FRIDAY, "00:00"))] == [
        6 * HOUR,
        9 * HOUR,
    ]


def test_a_span_may_end_at_midnight_written_either_way():
    evening = [week_from({"mon": [["18:00", end]]}) for end in ("24:00", "00:00")]
    assert evening[0] == evening[1]
    assert week_from({"mon": [["00:00", "00:00"]]}) == week_from({"mon": [["00:00", "24:00"]]})


def test_a_night_shift_belongs_to_the_day_it_starts_on():
    calendar = nights(holidays=frozenset({date(2026, 12, 25)}))
    # It starts on Christmas Eve and runs on into the holiday; on the holiday's evening it does not start.
    assert is_open(calendar, on(date(2026, 12, 25), "05:59"))
    assert not is_open(calendar, on(date(2026, 12, 25), "23:00"))
    assert not is_open(calendar, on(date(2026, 12, 26), "05:00"))
    assert is_open(calendar, on(date(2026, 12, 26), "22:00"))


def test_a_night_shift_is_an_hour_shorter_in_spring_and_longer_in_autumn():
    assert working_seconds_between(nights(), on(date(2026, 3, 28), "12:00"), on(date(2026, 3, 29), "12:00")) == 7 * HOUR
    assert (
        working_seconds_between(nights(), on(date(2026, 10, 24), "12:00"), on(date(2026, 10, 25), "12:00")) == 9 * HOUR
    )


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Berlin", date(2026, 3, 29), 23),
        ("Europe/Berlin", date(2026, 10, 25), 25),
        ("America/New_York", date(2026, 3, 8), 23),
        ("America/New_York", date(2026, 11, 1), 25),
        ("Australia/Lord_Howe", date(2026, 4, 5), 24.5),
        ("Australia/Lord_Howe", date(2026, 10, 4), 23.5),
        ("Asia/Kathmandu", date(2026, 5, 4), 24),
        ("Pacific/Apia", date(2011, 12, 29), 24),
        ("Pacific/Apia", date(2011, 12, 31), 24),
    ],
)
def test_a_day_is_as_long_as_it_really_is(zone: str, day: date, hours: float):
    start, end = on(day, "00:00"), on(day + timedelta(days=1), "00:00")
    located = [moment.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) for moment in (start, end)]
    assert working_seconds_between(always(zone), start, end) == hours * HOUR
    assert add_working_time(always(zone), start, hours * HOUR) == located[1]


def test_a_day_that_the_date_line_took_away_has_no_working_time():
    week = week_from({"fri": [["08:00", "17:00"]]})
    apia = WorkingCalendar("Pacific/Apia", week)
    start = on(date(2011, 12, 29), "00:00")
    assert working_seconds_between(apia, start, on(date(2012, 1, 6), "00:00")) == 0
    assert next_opening(apia, start) == datetime(2012, 1, 6, 8, tzinfo=ZoneInfo("Pacific/Apia"))


def test_an_hour_that_the_clock_leaves_out_is_no_working_time():
    calendar = WorkingCalendar("Europe/Berlin", week_from({"sun": [["02:15", "02:45"], ["02:30", "04:00"]]}))
    spans = open_spans(calendar, on(date(2026, 3, 29), "00:00"), on(date(2026, 3, 30), "00:00"))
    assert spans == [(datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 3, 29, 2, tzinfo=UTC))]


def test_an_hour_that_the_clock_shows_twice_is_open_twice():
    calendar = WorkingCalendar("Europe/Berlin", week_from({"sun": [["02:15", "02:45"]]}))
    spans = open_spans(calendar, on(date(2026, 10, 25), "00:00"), on(date(2026, 10, 26), "00:00"))
    at = [(span.starts_at.hour, span.starts_at.minute, span.seconds) for span in spans]
    assert at == [(0, 15, 1800), (1, 15, 1800)]


def test_a_moment_without_offset_is_read_on_the_wall_clock():
    assert standard().located(on(MONDAY, "08:00")) == datetime(2026, 3, 2, 7, tzinfo=UTC)
    twice = on(date(2026, 10, 25), "02:30")
    assert standard().located(twice).astimezone(UTC) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    second_time = standard().located(twice.replace(fold=1))
    assert second_time.astimezone(UTC) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    left_out = standard().located(on(date(2026, 3, 29), "02:30"))
    assert left_out.astimezone(UTC) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_a_sum_that_ends_in_the_hour_shown_twice_says_which():
    start = on(date(2026, 10, 24), "23:00")
    assert [add_working_time(nights(), start, hours * HOUR).hour for hours in (3, 3.5, 4, 4.5)] == [
        0,
        0,
        1,
        1,
    ]


def test_holidays_of_the_region_written_ones_and_closed_days_add_up():
    calendar = standard(
        region="DE-BW", holidays=frozenset({date(2026, 1, 7)}), closed_days=frozenset({date(2026, 1, 8)})
    )
    # Epiphany is a holiday in Baden-Württemberg, not in Berlin.
    assert next_opening(calendar, on(date(2026, 1, 5), "17:00")) == berlin("2026-01-09T08:00")
    assert next_opening(replace(calendar, region="DE-BE"), on(date(2026, 1, 5), "17:00")) == berlin("2026-01-06T08:00")
    assert calendar.is_closed_day(date(2026, 1, 6))
    assert not calendar.is_closed_day(date(2026, 1, 9))


def test_holidays_are_those_of_the_year_however_far_the_sum_runs():
    calendar = standard(region="DE-BW")
    spans = open_spans(calendar, datetime(2031, 1, 1), datetime(2032, 1, 1))  # noqa: DTZ001 - wall time is meant
    days = {span.starts_at.astimezone(BERLIN).date() for span in spans}
    assert date(2031, 4, 11) not in days  # Good Friday
    assert date(2031, 6, 12) not in days  # Corpus Christi
    assert len(days) == 250


def test_a_calendar_without_hours_never_opens():
    empty = WorkingCalendar("Europe/Berlin", CLOSED_WEEK)
    for seconds in (0, 1, 10**9):
        with pytest.raises(NeverOpen):
            add_working_time(empty, on(MONDAY, "08:00"), seconds)
    with pytest.raises(NeverOpen):
        next_opening(empty, on(MONDAY, "08:00"))
    assert not is_open(empty, on(MONDAY, "08:00"))
    assert working_seconds_between(empty, on(MONDAY, "08:00"), on(FRIDAY, "08:00")) == 0


@pytest.mark.parametrize("seconds", [-1, -0.001, float("nan"), float("-inf")])
def test_less_than_nothing_cannot_be_added(seconds: float):
    with pytest.raises(ValueError, match="from 0"):
        add_working_time(standard(), on(MONDAY, "08:00"), seconds)


@pytest.mark.parametrize("seconds", [10**11, 10**400, float("inf"), 150 * 365 * 86400])
def test_what_takes_longer_than_the_horizon_is_refused(seconds: float):
    with pytest.raises(BeyondHorizon):
        add_working_time(standard(), on(MONDAY, "08:00"), seconds)


@pytest.mark.parametrize("year", [1, 1899, 2500, 9999])
def test_years_beyond_the_horizon_are_refused(year: int):
    for moment in (datetime(year, 6, 1), datetime(year, 6, 1, tzinfo=UTC)):  # noqa: DTZ001 - wall time is meant
        with pytest.raises(BeyondHorizon):
            add_working_time(standard(), moment, 60)
        with pytest.raises(BeyondHorizon):
            is_open(standard(), moment)


def test_the_first_and_the_last_moment_of_the_horizon_are_answered():
    assert is_open(always("UTC"), datetime(1900, 1, 1, tzinfo=UTC))
    assert is_open(always("UTC"), datetime(2499, 12, 31, 23, 59, 59, tzinfo=UTC))
    with pytest.raises(BeyondHorizon):
        add_working_time(always("UTC"), datetime(2499, 12, 31, 23, tzinfo=UTC), 2 * HOUR)


def test_microseconds_are_exact_however_long_the_sum():
    start = datetime(2026, 1, 1, 0, 0, 0, 1, tzinfo=UTC)
    assert add_working_time(always("UTC"), start, 10**9 + 0.5) == start + timedelta(seconds=10**9, milliseconds=500)


def test_moments_come_back_in_utc():
    assert add_working_time(standard(), on(MONDAY, "08:00"), 60).tzinfo is UTC
    assert next_opening(standard(), on(MONDAY, "08:00")).tzinfo is UTC
    assert all(edge.tzinfo is UTC for edge in open_spans(standard(), on(MONDAY, "00:00"), on(FRIDAY, "00:00"))[0])


def test_equal_calendars_are_equal_and_share_what_was_worked_out():
    one, other = standard(region="DE-BW"), standard(region="DE-BW")
    assert one == other
    assert hash(one) == hash(other)
    assert one.timebook is other.timebook
    assert pickle.loads(pickle.dumps(one)) == one


def test_moments_given_as_days_close_their_day():
    noon = datetime(2026, 3, 2, 12)  # noqa: DTZ001 - wall time is meant
    assert not is_open(standard(closed_days=frozenset({noon})), on(MONDAY, "09:00"))


def test_a_week_reads_back_as_it_was_written():
    written = {"mon": [["08:00", "12:00"], ["22:00", "06:00"]], "sun": [["00:00", "24:00"]]}
    assert written_week(week_from(written)) == written


@pytest.mark.parametrize(
    "zone", ["", "Mars/Olympus", "../etc/passwd", "/etc/passwd", "Europe", "localtime", "right/UTC", 7]
)
def test_an_unknown_zone_is_refused(zone: str):
    with pytest.raises(BadCalendar) as refused:
        WorkingCalendar(zone, CLOSED_WEEK)
    assert refused.value.path == "timezone"


@pytest.mark.parametrize("region", ["XX", "DE-XX", "de-bw", "DEU", "HolidayBase", "DE-", "-BW", "Germany", "DE_BW"])
def test_an_unknown_region_is_refused(region: str):
    with pytest.raises(BadCalendar) as refused:
        WorkingCalendar("UTC", CLOSED_WEEK, region=region)
    assert refused.value.path == "region"


@pytest.mark.parametrize("span", [(-1, 60), (60, 60), (60, 30), (1440, 1500), (0, 1441)])
def test_a_span_that_no_day_has_is_refused(span: tuple[int, int]):
    with pytest.raises(BadCalendar):
        WorkingCalendar("UTC", ((span,), (), (), (), (), (), ()))


def test_a_week_of_other_than_seven_days_is_refused():
    with pytest.raises(BadCalendar):
        WorkingCalendar("UTC", ((),) * 6)
