"""What `dreiklang sla compute` refuses in an agreement, and the place it names."""

import copy

import pytest

from dreiklang.calendars.rules import BadDocument
from dreiklang.sla.rules import answer_agreement

GOOD = {
    "calendar": {"timezone": "Europe/Berlin", "week": {"mon": [["08:00", "17:00"]]}},
    "agreement": {
        "targets": [{"metric": "resolution", "minutes": 60, "priority": 1}],
        "pauses": ["vendor"],
        "shares": [{"level": 1, "percent": 50}],
    },
    "events": [{"at": "2026-03-02T08:00", "type": "opened", "priority": 1, "level": 1}],
    "now": "2026-03-02T08:30",
}


def changed(path, value):
    document = copy.deepcopy(GOOD)
    place = document
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return document


def test_the_document_itself_is_answered():
    assert [(c["level"], c["used_seconds"]) for c in answer_agreement(GOOD)["clocks"]] == [(None, 1800), (1, 1800)]


@pytest.mark.parametrize(
    ("path", "value", "place"),
    [
        (["agreement", "targets", 0, "minutes"], 0, "agreement.targets[0].minutes"),
        (["agreement", "targets", 0, "minutes"], True, "agreement.targets[0].minutes"),
        (["agreement", "targets", 0, "metric"], "speed", "agreement.targets[0].metric"),
        (["agreement", "targets"], GOOD["agreement"]["targets"] * 2, "agreement.targets[1]"),
        (["agreement", "shares"], [{"level": 1, "percent": 60}, {"level": 2, "percent": 50}], "agreement.shares"),
        (["agreement", "shares"], [{"level": 1, "percent": 6}] * 2, "agreement.shares[1].level"),
        (["agreement", "shares", 0], {"level": 1}, "agreement.shares[0]"),
        (["agreement", "shares", 0, "level"], 5, "agreement.shares[0].level"),
        (["agreement", "colour"], 1, "agreement.colour"),
        (["agreement", "pauses"], "vendor", "agreement.pauses"),
        (["calendar", "week"], {}, "calendar.week"),
        (["events"], [], "events"),
        (["events"], GOOD["events"] * 2, "events"),
        (["events", 0, "type"], "openend", "events[0].type"),
        (["events", 0, "at"], "yesterday", "events[0].at"),
        (["events", 0, "level"], "L5", "events[0].level"),
        (["events", 0], "opened", "events[0]"),
        (["events"], [*GOOD["events"], {"at": "2026-03-02T08:10", "type": "pending"}], "events[1].reason"),
        (["now"], None, "now"),
        (["now"], "2500-06-01T00:00", "now"),
        (["events", 0, "at"], "0001-01-01T00:00+14:00", "events[0].at"),
        (["agreement", "targets", 0, "minutes"], 9e8, "agreement"),
        (["agreement", "shares", 0], {"level": 1, "percent": 5, "minutes": 5}, "agreement.shares[0]"),
        (["agreement", "shares", 0], {"level": None, "percent": 5}, "agreement.shares[0].level"),
        (["questions"], [], "questions"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_place(path, value, place):
    with pytest.raises(BadDocument) as refused:
        answer_agreement(changed(path, value))
    assert refused.value.path == place


def test_shares_of_a_hundred_in_all_are_no_more_than_that():
    shares = [
        {"level": 1, "percent": 33.4},
        {"level": 2, "percent": 33.3},
        {"level": 3, "percent": 33.3, "minutes": None},
    ]
    assert answer_agreement(changed(["agreement", "shares"], shares))["clocks"]


def test_the_words_and_columns_of_other_desks_are_understood():
    document = changed(["agreement", "targets"], [{"metric": "Solution", "minutes": 60, "priority": 1}])
    document["agreement"]["pauses"] = None
    document["events"][0] |= {"who": "me", "level": "L1", "ticket": 7}
    assert [(c["metric"], c["level"]) for c in answer_agreement(document)["clocks"]] == [
        ("Solution", None),
        ("Solution", 1),
    ]
    assert answer_agreement(GOOD)["clocks"][0]["metric"] == "resolution"
