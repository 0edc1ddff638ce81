"""Days with hours of their own, and a year laid out to be looked at."""

from datetime import UTC, date, datetime

import pytest

from dreiklang.calendars.rules import (
    BadCalendar,
    WorkingCalendar,
    extra_days_from,
    is_open,
    week_from,
    working_seconds_between,
    written_extra_days,
    year_of,
)

OFFICE = {day: [["08:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}


def calendar(**more):
    extra = extra_days_from(more.pop("extra", {}))
    return WorkingCalendar("Europe/Berlin", week_from(OFFICE), region="DE-BW", extra_days=extra, **more)


def test_a_day_with_hours_of_its_own_has_those_on_weekdays_weekends_and_holidays():
    hours = calendar(extra={
        "2026-12-24": [["08:00", "12:00"]], "2026-12-25": [["10:00", "11:00"]], "2026-12-27": [["22:00", "02:00"]],
    })  # fmt: skip
    christmas = (datetime(2026, 12, 23, 23, tzinfo=UTC), datetime(2026, 12, 28, 6, tzinfo=UTC))
    assert working_seconds_between(hours, *christmas) == (4 + 1 + 4) * 3600
    assert is_open(hours, datetime(2026, 12, 25, 9, 30, tzinfo=UTC))
    assert not is_open(hours, datetime(2026, 12, 24, 12, 0, tzinfo=UTC))


def test_what_is_no_day_with_hours_is_refused_with_its_place():
    for wrong in ({"24.12.2026": [["08:00", "12:00"]]}, {"2026-12-24": []}, {"2026-12-24": [["8", "9"]]}, []):
        with pytest.raises(BadCalendar) as refused:
            extra_days_from(wrong)
        assert refused.value.path.startswith("extra_days")
    written = {"2026-12-24": [["08:00", "12:00"]]}
    assert written_extra_days(extra_days_from(written)) == written


def test_a_year_names_its_holidays_and_adds_up():
    hours = calendar(extra={"2026-12-24": [["08:00", "12:00"]]}, closed_days=frozenset({date(2026, 12, 31)}))
    months = year_of(hours, 2026, language="de")
    days = {day.date: day for month in months for day in month.days}
    assert (len(months), len(days)) == (12, 365)
    assert (days[date(2026, 1, 6)].kind, days[date(2026, 1, 6)].name) == ("holiday", "Heilige Drei Könige")
    assert (days[date(2026, 12, 24)].kind, days[date(2026, 12, 24)].seconds) == ("extra", 4 * 3600)
    assert (days[date(2026, 12, 31)].kind, days[date(2026, 12, 31)].seconds) == ("closed_day", 0)
    assert (days[date(2026, 3, 29)].kind, days[date(2026, 3, 30)].seconds) == ("closed", 9 * 3600)
    whole = working_seconds_between(
        hours, datetime(2025, 12, 31, 23, tzinfo=UTC), datetime(2026, 12, 31, 23, tzinfo=UTC)
    )
    assert sum(month.seconds for month in months) == whole
    assert {day.name for day in year_of(hours, 2026, language="en")[0].days if day.name} == {
        "New Year's Day",
        "Epiphany",
    }


def test_round_the_clock_has_a_day_of_23_hours_and_one_of_25():
    always = WorkingCalendar("Europe/Berlin", week_from({d: [["00:00", "24:00"]] for d in (*OFFICE, "sat", "sun")}))
    days = {day.date: day.seconds for month in year_of(always, 2026) for day in month.days}
    assert (days[date(2026, 3, 29)], days[date(2026, 10, 25)]) == (23 * 3600, 25 * 3600)
    assert sum(days.values()) == 365 * 86400
