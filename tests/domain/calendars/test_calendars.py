"""Calendars as the desk keeps them: who may change them, what is refused, what the journal tells."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from dreiklang.calendars import policy
from dreiklang.calendars.commands import (
    add_calendar,
    add_standard,
    change_calendar,
    make_default,
    remove_calendar,
)
from dreiklang.calendars.models import ServiceCalendar
from dreiklang.calendars.queries import default_calendar, working_calendar
from dreiklang.calendars.rules import is_open
from dreiklang.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, WrongState
from dreiklang.kernel.journal import lines_about
from dreiklang.kernel.permissions import Actor
from dreiklang.organizations.models import Organization
from dreiklang.teams.models import Team

pytestmark = pytest.mark.django_db

# Who sets the desk up, who works in it, and Zoe from another customer.
ADMINISTRATOR = Actor("person", 1, "Max", frozenset({"desk.use", "control.use"}))
ALAN = Actor("person", 2, "Alan", frozenset({"desk.use", "tickets.work"}))
ZOE = Actor("person", 3, "Zoe", frozenset({"portal.use"}))


def refusal_of(**wrong: Any) -> dict[str, list[Any]]:
    with pytest.raises(Invalid) as refused:
        add_calendar(**{"name": "Hospital", "actor": ADMINISTRATOR, **wrong})
    assert not ServiceCalendar.objects.exists()
    return refused.value.fields


def told(calendar: ServiceCalendar) -> list[str]:
    return [line.event.code for line in lines_about("calendar", [calendar.pk])]


def test_a_new_calendar_is_open_on_weekdays_from_eight_to_five():
    calendar = add_calendar("Standard", actor=ADMINISTRATOR)
    hours = ServiceCalendar.objects.get(pk=calendar.pk).as_rules()
    assert is_open(hours, datetime(2026, 11, 16, 15, 59, tzinfo=UTC))
    assert not is_open(hours, datetime(2026, 11, 16, 16, 0, tzinfo=UTC))
    assert not is_open(hours, datetime(2026, 11, 15, 12, 0, tzinfo=UTC))


def test_a_desk_without_any_calendar_has_the_standard_one():
    assert not ServiceCalendar.objects.exists()
    assert default_calendar().name == "Standard"
    unstored = working_calendar(None)
    add_standard(actor=ADMINISTRATOR)
    assert working_calendar(None) == unstored
    assert default_calendar().pk is not None


def test_region_and_closed_days_close_the_day():
    calendar = add_calendar(
        "Hospital", actor=ADMINISTRATOR, region="DE-BW", closed_days=[date(2026, 1, 7), date(2026, 1, 7)]
    )
    hours = working_calendar(calendar)
    assert calendar.closed_days == [date(2026, 1, 7)]
    assert [is_open(hours, datetime(2026, 1, day, 9, tzinfo=UTC)) for day in (5, 6, 7, 8)] == [
        True, False, False, True,
    ]  # fmt: skip


def test_the_journal_tells_the_hours_that_held():
    calendar = add_calendar("Hospital", actor=ADMINISTRATOR, closed_days=[date(2026, 1, 7)])
    change_calendar(calendar, actor=ADMINISTRATOR, week={"mon": [["22:00", "06:00"], ["08:00", "12:00"]]})
    added, changed = (line.event for line in lines_about("calendar", [calendar.pk]))
    assert (added.code, changed.code) == ("calendar.added", "calendar.changed")
    assert added.closed_days == ("2026-01-07",)
    assert changed.week == {"mon": [["08:00", "12:00"], ["22:00", "06:00"]]}
    assert changed.name == "Hospital"


def test_what_is_not_given_stays_as_it_was():
    calendar = add_calendar("Hospital", actor=ADMINISTRATOR, region="DE-BW", timezone="Europe/Vienna")
    changed = change_calendar(calendar, actor=ADMINISTRATOR, name="Clinic")
    assert (changed.name, changed.region, changed.timezone, changed.version) == (
        "Clinic", "DE-BW", "Europe/Vienna", 2,
    )  # fmt: skip
    assert change_calendar(calendar, actor=ADMINISTRATOR, region="", closed_days=[]).region == ""


def test_the_slower_of_two_who_change_a_calendar_is_told():
    calendar = add_calendar("Hospital", actor=ADMINISTRATOR)
    change_calendar(calendar, actor=ADMINISTRATOR, region="DE-BW", version=1)
    with pytest.raises(Conflict) as refused:
        change_calendar(calendar, actor=ADMINISTRATOR, region="DE-BY", version=1)
    assert refused.value.current == 2
    assert ServiceCalendar.objects.get().region == "DE-BW"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"name": "Hos\npital"}, "name"),
        ({"timezone": "Europe/Stuttgart"}, "timezone"),
        ({"timezone": ""}, "timezone"),
        ({"region": "DE-XX"}, "region"),
        ({"week": {"monday": []}}, "week"),
        ({"week": {"mon": [["08:00", "25:00"]]}}, "week"),
        ({"week": {"mon": [[f"{hour:02d}:{minute}", "23:59"] for hour in range(20) for minute in (10, 20)]}}, "week"),
        ({"week": []}, "week"),
        ({"closed_days": ["2026-12-24"]}, "closed_days"),
        ({"closed_days": [datetime(2026, 12, 24, tzinfo=UTC)]}, "closed_days"),
        ({"closed_days": [date.fromordinal(730_000 + n) for n in range(1001)]}, "closed_days"),
    ],
)
def test_what_is_no_calendar_is_refused_by_field(wrong: dict[str, Any], field: str):
    assert list(refusal_of(**wrong)) == [field]


def test_a_fault_in_the_week_is_named_with_its_place():
    assert "week.mon[0][1]" in str(refusal_of(week={"mon": [["08:00", "25:00"]]})["week"][0])


def test_two_calendars_cannot_bear_one_name():
    add_calendar("Hospital", actor=ADMINISTRATOR)
    other = add_calendar("Town hall", actor=ADMINISTRATOR)
    for attempt in (
        lambda: add_calendar("Hospital", actor=ADMINISTRATOR),
        lambda: change_calendar(other, actor=ADMINISTRATOR, name="Hospital"),
    ):
        with pytest.raises(Invalid) as refused:
            attempt()
        assert list(refused.value.fields) == ["name"]
    assert told(other) == ["calendar.added"]


def test_one_calendar_is_the_default_and_the_other_is_not_any_more():
    standard = add_standard(actor=ADMINISTRATOR)
    hospital = add_calendar("Hospital", actor=ADMINISTRATOR)
    make_default(hospital, actor=ADMINISTRATOR)
    assert default_calendar() == hospital
    assert list(ServiceCalendar.objects.filter(is_default=True)) == [hospital]
    assert told(hospital) == ["calendar.added", "calendar.made_default"]
    with pytest.raises(WrongState):
        make_default(hospital, actor=ADMINISTRATOR)
    with pytest.raises(Conflict):
        change_calendar(standard, actor=ADMINISTRATOR, name="Office", version=standard.version)


def test_the_database_keeps_to_one_default_and_to_names():
    add_standard(actor=ADMINISTRATOR)
    for wrong in ({"name": "Second", "is_default": True}, {"name": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ServiceCalendar.objects.create(**wrong)


def test_a_calendar_that_nothing_uses_can_be_removed_once():
    calendar = add_calendar("Hospital", actor=ADMINISTRATOR)
    remove_calendar(calendar, actor=ADMINISTRATOR)
    assert not ServiceCalendar.objects.exists()
    with pytest.raises(NotFound):
        remove_calendar(calendar, actor=ADMINISTRATOR)
    with pytest.raises(NotFound):
        change_calendar(calendar, actor=ADMINISTRATOR, name="Clinic")


def test_a_calendar_that_a_team_works_by_stays():
    calendar = add_calendar("Hospital", actor=ADMINISTRATOR)
    provider = Organization.objects.create(name="Provider", key="provider", kind="provider")
    Team.objects.create(organization=provider, name="First level", key="first", level=1, calendar=calendar)
    with pytest.raises(WrongState):
        remove_calendar(calendar, actor=ADMINISTRATOR)
    assert told(calendar) == ["calendar.added"]


def test_the_default_calendar_stays():
    standard = add_standard(actor=ADMINISTRATOR)
    with pytest.raises(WrongState):
        remove_calendar(standard, actor=ADMINISTRATOR)
    assert default_calendar() == standard


@pytest.mark.parametrize("actor", [ALAN, ZOE], ids=["alan", "zoe"])
def test_only_administrators_change_calendars(actor: Actor):
    calendar = add_calendar("Hospital", actor=ADMINISTRATOR)
    for attempt in (
        lambda: add_calendar("Other", actor=actor),
        lambda: add_standard(actor=actor),
        lambda: change_calendar(calendar, actor=actor, name="Other"),
        lambda: make_default(calendar, actor=actor),
        lambda: remove_calendar(calendar, actor=actor),
    ):
        with pytest.raises(NotAllowed):
            attempt()
    assert told(calendar) == ["calendar.added"]


def test_who_works_at_the_desk_sees_calendars_and_others_see_none():
    calendar = add_calendar("Hospital", actor=ADMINISTRATOR)
    assert list(policy.visible_to(ALAN)) == [calendar]
    assert not policy.visible_to(ZOE).exists()


def test_the_names_lie_beside_the_journal_where_they_can_be_forgotten():
    calendar = add_calendar("Hospital", actor=ADMINISTRATOR)
    with connection.cursor() as cursor:
        cursor.execute("SELECT plain::text FROM kernel_journalline WHERE subject_kind = 'calendar'")
        assert all("Hospital" not in plain for (plain,) in cursor.fetchall())
    assert told(calendar) == ["calendar.added"]
