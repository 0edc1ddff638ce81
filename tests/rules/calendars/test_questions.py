"""The questions form of `dreiklang sla compute`: answers, and refusals that say where."""

import copy
import json
from datetime import datetime
from typing import Any

import pytest

from dreiklang.calendars.rules import BadDocument, answer_questions

CALENDAR = {
    "timezone": "Europe/Berlin",
    "week": {day: [["08:00", "12:00"], ["13:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
    "holidays": ["2026-12-24"],
    "region": "DE-BW",
}


def asked(*questions: object, **calendar: object) -> list[dict[str, Any]]:
    document = {"calendar": {**CALENDAR, **calendar}, "questions": list(questions)}
    before = copy.deepcopy(document)
    answers = answer_questions(document)["answers"]
    assert document == before
    assert json.loads(json.dumps(answers)) == answers
    return answers


def refused(document: object) -> BadDocument:
    with pytest.raises(BadDocument) as wrong:
        answer_questions(document)
    assert wrong.value.message
    return wrong.value


def test_both_forms_are_answered_in_order():
    answers = asked(
        {"from": "2026-03-02T08:00", "to": "2026-03-03T08:00"},
        {"from": "2026-03-02T11:30:00+01:00", "add_minutes": 60},
        {"from": "2026-03-03T08:00", "to": "2026-03-02T08:00"},
    )
    assert answers == [
        {"working_seconds": 28800},
        {"at": "2026-03-02T13:30:00+01:00"},
        {"working_seconds": 0},
    ]


def test_holidays_and_region_add_up():
    # Christmas Eve is written, the 25th and 26th are the region's, then comes a Sunday.
    assert asked({"from": "2026-12-23T16:00", "add_minutes": 90}) == [{"at": "2026-12-28T08:30:00+01:00"}]
    assert asked({"from": "2026-12-23T16:00", "add_minutes": 90}, holidays=[]) == [{"at": "2026-12-24T08:30:00+01:00"}]
    assert asked({"from": "2026-12-23T16:00", "add_minutes": 90}, region=None) == [{"at": "2026-12-25T08:30:00+01:00"}]


def test_minutes_may_be_fractional():
    assert asked({"from": "2026-03-02T08:00", "add_minutes": 0.5}) == [{"at": "2026-03-02T08:00:30+01:00"}]
    assert asked({"from": "2026-03-02T08:00", "add_minutes": 1 / 3}) == [{"at": "2026-03-02T08:00:20+01:00"}]


def test_fractions_of_seconds_are_kept_and_whole_seconds_are_whole():
    exact, whole = asked(
        {"from": "2026-03-02T08:00:00.25Z", "to": "2026-03-02T08:00:01Z"},
        {"from": "2026-03-02T08:00:00Z", "to": "2026-03-02T08:00:01Z"},
    )
    assert exact == {"working_seconds": 0.75}
    assert whole == {"working_seconds": 1}
    assert isinstance(whole["working_seconds"], int)


def test_answers_stand_in_the_zone_of_the_calendar_with_the_offset_of_that_day():
    (answer,) = asked({"from": "2026-03-27T16:30:00Z", "add_minutes": 60})
    assert answer == {"at": "2026-03-30T09:00:00+02:00"}
    assert datetime.fromisoformat(answer["at"]).utcoffset() is not None


def test_holidays_and_region_may_be_left_out():
    document = {"calendar": {"timezone": "UTC", "week": {}}, "questions": []}
    assert answer_questions(document) == {"answers": []}


def test_time_in_a_calendar_that_never_opens_is_none_and_a_sum_is_refused():
    assert asked({"from": "2026-03-02T08:00", "to": "2027-03-02T08:00"}, week={}) == [{"working_seconds": 0}]
    document = {
        "calendar": {**CALENDAR, "week": {}},
        "questions": [{"from": "2026-03-02T08:00", "add_minutes": 1}],
    }
    assert refused(document).path == "calendar.week"


GOOD = {"from": "2026-03-02T08:00", "add_minutes": 1}


@pytest.mark.parametrize(
    ("question", "path"),
    [
        ({"from": "2026-03-02T08:00"}, ""),
        ({"from": "2026-03-02T08:00", "to": "2026-03-02T09:00", "add_minutes": 1}, ""),
        ({"from": "2026-03-02T08:00", "until": "2026-03-02T09:00"}, ".until"),
        ({"to": "2026-03-02T08:00", "add_minutes": 5}, ".from"),
        ({"from": None, "add_minutes": 5}, ".from"),
        ({"from": "", "add_minutes": 5}, ".from"),
        ({"from": "yesterday", "add_minutes": 5}, ".from"),
        ({"from": "2026-03-02", "add_minutes": 5}, ".from"),
        ({"from": "2026-02-30T08:00", "add_minutes": 5}, ".from"),
        ({"from": "2026-03-02T25:00", "add_minutes": 5}, ".from"),
        ({"from": 1772434800, "add_minutes": 5}, ".from"),
        ({"from": "1066-10-14T09:00", "add_minutes": 5}, ".from"),
        ({"from": "9999-12-31T23:59:59-12:00", "add_minutes": 5}, ".from"),
        ({"from": "0001-01-01T00:00:00+12:00", "to": "2026-03-02T08:00"}, ".from"),
        ({"from": "2026-03-02T08:00", "to": "2026-03-02T08:60"}, ".to"),
        ({"from": "2026-03-02T08:00", "to": "9999-12-31T23:59"}, ".to"),
        ({"from": "2026-03-02T08:00", "to": []}, ".to"),
        ({"from": "2026-03-02T08:00", "add_minutes": -1}, ".add_minutes"),
        ({"from": "2026-03-02T08:00", "add_minutes": "60"}, ".add_minutes"),
        ({"from": "2026-03-02T08:00", "add_minutes": True}, ".add_minutes"),
        ({"from": "2026-03-02T08:00", "add_minutes": None}, ".add_minutes"),
        ({"from": "2026-03-02T08:00", "add_minutes": float("nan")}, ".add_minutes"),
        ({"from": "2026-03-02T08:00", "add_minutes": float("inf")}, ".add_minutes"),
        ({"from": "2026-03-02T08:00", "add_minutes": 1e308}, ".add_minutes"),
        ({"from": "2026-03-02T08:00", "add_minutes": 10**5000}, ".add_minutes"),
        ({"from": "2026-03-02T08:00", "add_minutes": -(10**5000)}, ".add_minutes"),
        ([], ""),
        ("2026-03-02T08:00", ""),
        (None, ""),
    ],
)
def test_a_wrong_question_is_refused_with_its_place(question: object, path: str):
    wrong = refused({"calendar": CALENDAR, "questions": [GOOD, GOOD, question, GOOD]})
    assert wrong.path == f"questions[2]{path}"
    assert str(wrong) == f"{wrong.path}: {wrong.message}"


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"timezone": "Europe/Stuttgart"}, "calendar.timezone"),
        ({"timezone": ""}, "calendar.timezone"),
        ({"timezone": None}, "calendar.timezone"),
        ({"timezone": ["Europe/Berlin"]}, "calendar.timezone"),
        ({"timezone": "Europe/Berlin\x00"}, "calendar.timezone"),
        ({"region": "DE-XX"}, "calendar.region"),
        ({"region": ""}, "calendar.region"),
        ({"region": 49}, "calendar.region"),
        ({"holidays": "2026-12-25"}, "calendar.holidays"),
        ({"holidays": None}, "calendar.holidays"),
        ({"holidays": ["2026-12-25", "2026-12-32"]}, "calendar.holidays[1]"),
        ({"holidays": ["25.12.2026"]}, "calendar.holidays[0]"),
        ({"holidays": [20261225]}, "calendar.holidays[0]"),
        ({"week": None}, "calendar.week"),
        ({"week": []}, "calendar.week"),
        ({"week": {"monday": []}}, "calendar.week.monday"),
        ({"week": {"mon": None}}, "calendar.week.mon"),
        ({"week": {"mon": "08:00-17:00"}}, "calendar.week.mon"),
        ({"week": {"mon": ["08:00", "17:00"]}}, "calendar.week.mon[0]"),
        ({"week": {"mon": [["08:00", "12:00"], ["13:00"]]}}, "calendar.week.mon[1]"),
        ({"week": {"mon": [["08:00", "25:00"]]}}, "calendar.week.mon[0][1]"),
        ({"week": {"mon": [["08:00", "24:01"]]}}, "calendar.week.mon[0][1]"),
        ({"week": {"mon": [["08:60", "09:00"]]}}, "calendar.week.mon[0][0]"),
        ({"week": {"mon": [["24:00", "08:00"]]}}, "calendar.week.mon[0][0]"),
        ({"week": {"mon": [["8", "17:00"]]}}, "calendar.week.mon[0][0]"),
        ({"week": {"mon": [[8, 17]]}}, "calendar.week.mon[0][0]"),
        ({"week": {"mon": [["٠٨:٠٠", "17:00"]]}}, "calendar.week.mon[0][0]"),
        ({"name": "Standard"}, "calendar.name"),
    ],
)
def test_a_wrong_calendar_is_refused_with_its_place(change: dict[str, object], path: str):
    assert refused({"calendar": {**CALENDAR, **change}, "questions": [GOOD]}).path == path


@pytest.mark.parametrize(
    ("document", "path"),
    [
        (None, ""),
        ([], ""),
        ({}, "calendar"),
        ({"calendar": CALENDAR}, "questions"),
        ({"questions": []}, "calendar"),
        ({"calendar": CALENDAR, "questions": {}}, "questions"),
        ({"calendar": CALENDAR, "questions": [], "now": "2026-03-02T08:00"}, "now"),
        ({"calendar": None, "questions": []}, "calendar"),
        ({"calendar": {"week": {}}, "questions": []}, "calendar.timezone"),
        ({"calendar": {"timezone": "UTC"}, "questions": []}, "calendar.week"),
    ],
)
def test_a_wrong_document_is_refused_with_its_place(document: object, path: str):
    assert refused(document).path == path
