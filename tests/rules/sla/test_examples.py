"""The examples of docs/clocks.md, each worked out by hand."""

from dreiklang.sla.rules import answer_agreement

OFFICE = {day: [["08:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
ALWAYS = {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}


def clocks(log, *, now, week=OFFICE, region=None, targets=None, hours=8, pauses=("requester",), shares=()):
    """The clocks by (metric, level); ``log``: (at, type, more)."""
    document = {
        "calendar": {"timezone": "Europe/Berlin", "week": week, "region": region},
        "agreement": {
            "targets": targets or [{"metric": "resolution", "minutes": hours * 60}],
            "pauses": list(pauses),
            "shares": [{"level": level, "percent": percent} for level, percent in shares],
        },
        "events": [{"at": at, "type": type_, **(more[0] if more else {})} for at, type_, *more in log],
        "now": now,
    }
    return {(c["metric"], c["level"]): c for c in answer_agreement(document)["clocks"]}


def due_of(opened, *, hours, week=OFFICE, region=None):
    found = clocks([(opened, "opened")], now=opened, hours=hours, week=week, region=region)
    return found["resolution", None]["due"]


def test_over_the_weekend_on_which_the_clock_goes_forward():
    assert due_of("2026-03-27T15:00", hours=8) == "2026-03-30T14:00:00+02:00"


def test_a_day_and_night_of_23_hours():
    assert due_of("2026-03-28T12:00", hours=24, week=ALWAYS) == "2026-03-29T13:00:00+02:00"


def test_a_day_and_night_of_25_hours():
    assert due_of("2026-10-24T12:00", hours=24, week=ALWAYS) == "2026-10-25T11:00:00+01:00"


def test_the_short_night_shift_of_spring():
    assert due_of("2026-03-28T22:00", hours=7, week={"sat": [["22:00", "06:00"]]}) == "2026-03-29T06:00:00+02:00"


def test_a_region_with_a_holiday():
    assert due_of("2026-01-05T15:00", hours=4, region="DE-BW") == "2026-01-07T10:00:00+01:00"


def test_a_region_without_it():
    assert due_of("2026-01-05T15:00", hours=4, region="DE-HH") == "2026-01-06T10:00:00+01:00"


def test_an_agent_in_another_zone_answers_in_time():
    log = [("2026-03-02T08:00", "opened"), ("2026-03-02T09:30-05:00", "resolved")]
    clock = clocks(log, now="2026-03-03T08:00")["resolution", None]
    assert clock["state"] == "met"
    assert clock["met_at"] == "2026-03-02T15:30:00+01:00"
    assert clock["due"] == "2026-03-02T16:00:00+01:00"
    assert clock["used_seconds"] == 7.5 * 3600


def test_a_pause_of_two_days():
    log = [("2026-03-02T08:00", "opened"), ("2026-03-02T12:00", "pending", {"reason": "requester"}),
           ("2026-03-04T12:00", "resumed")]  # fmt: skip
    clock = clocks(log, now="2026-03-04T13:00")["resolution", None]
    assert (clock["due"], clock["state"]) == ("2026-03-04T16:00:00+01:00", "running")
    assert (clock["used_seconds"], clock["paused_seconds"]) == (5 * 3600, 18 * 3600)


def test_a_reason_that_is_not_listed_stops_nothing():
    log = [("2026-03-02T08:00", "opened"), ("2026-03-02T09:00", "pending", {"reason": "date"})]
    clock = clocks(log, now="2026-03-02T12:00")["resolution", None]
    assert (clock["state"], clock["used_seconds"], clock["paused_seconds"]) == ("running", 4 * 3600, 0)


def test_a_higher_priority_breaks_what_is_used_up_already():
    targets = [
        {"metric": "resolution", "minutes": 480, "priority": 3},
        {"metric": "resolution", "minutes": 120, "priority": 1},
    ]
    log = [("2026-03-02T08:00", "opened", {"priority": 3}), ("2026-03-02T11:00", "priority", {"priority": 1})]
    clock = clocks(log, now="2026-03-02T12:00", targets=targets)["resolution", None]
    assert clock["state"] == "breached"
    assert clock["breached_at"] == "2026-03-02T11:00:00+01:00"
    assert clock["due"] == "2026-03-02T10:00:00+01:00"


def test_a_priority_without_target_promises_nothing_and_forgets_nothing():
    targets = [{"metric": "resolution", "minutes": 480, "priority": 3}]
    log = [("2026-03-02T08:00", "opened", {"priority": 4}), ("2026-03-02T11:00", "priority", {"priority": 3})]
    assert clocks(log[:1], now="2026-03-02T12:00", targets=targets) == {}
    assert (
        clocks(log, now="2026-03-02T12:00", targets=targets)["resolution", None]["due"] == "2026-03-02T16:00:00+01:00"
    )


def test_reopened_it_goes_on_where_it_stood():
    log = [("2026-03-02T08:00", "opened"), ("2026-03-02T10:00", "resolved"), ("2026-03-05T10:00", "reopened")]
    assert clocks(log, now="2026-03-04T10:00")["resolution", None]["state"] == "met"
    clock = clocks(log, now="2026-03-05T11:00")["resolution", None]
    assert (clock["state"], clock["met_at"], clock["due"]) == ("running", None, "2026-03-05T16:00:00+01:00")
    assert (clock["used_seconds"], clock["paused_seconds"]) == (3 * 3600, 0)


def test_each_level_uses_up_its_own_share():
    log = [("2026-03-02T08:00", "opened", {"level": 1}), ("2026-03-02T11:00", "handover", {"level": 2})]
    found = clocks(log, now="2026-03-02T12:00", hours=10, shares=[(1, 20), (2, 80)])
    first, second, whole = found["resolution", 1], found["resolution", 2], found["resolution", None]
    assert (first["state"], first["breached_at"], first["charged_level"]) == (
        "breached",
        "2026-03-02T10:00:00+01:00",
        1,
    )
    assert (second["state"], second["due"]) == ("running", "2026-03-03T10:00:00+01:00")
    assert (whole["state"], whole["used_seconds"]) == ("running", 4 * 3600)


def test_each_answer_begins_a_new_round_of_updates():
    targets = [{"metric": "first_response", "minutes": 60}, {"metric": "update", "minutes": 240}]
    log = [("2026-03-02T08:00", "opened"), ("2026-03-02T09:30", "replied"), ("2026-03-02T11:00", "replied")]
    found = clocks(log, now="2026-03-02T12:00", targets=targets)
    assert (found["first_response", None]["state"], found["first_response", None]["breached_at"]) == (
        "breached", "2026-03-02T09:00:00+01:00",
    )  # fmt: skip
    update = found["update", None]
    assert (update["due"], update["state"], len(update["former"])) == ("2026-03-02T15:00:00+01:00", "running", 2)


def test_late_entries_count_where_they_belong():
    log = [("2026-03-02T11:00", "resumed"), ("2026-03-02T10:00", "pending", {"reason": "requester"}),
           ("2026-03-02T08:00", "opened"), ("2026-03-02T07:00", "replied")]  # fmt: skip
    targets = [{"metric": "first_response", "minutes": 600}]
    clock = clocks(log, now="2026-03-02T12:00", targets=targets)["first_response", None]
    assert (clock["state"], clock["met_at"], clock["paused_seconds"]) == ("running", None, 3600)


def test_at_the_very_moment_is_in_time():
    log = [("2026-03-02T08:00", "opened"), ("2026-03-02T16:00", "resolved")]
    assert clocks(log, now="2026-03-09T08:00")["resolution", None]["state"] == "met"
    assert clocks(log[:1], now="2026-03-02T16:00")["resolution", None]["state"] == "running"
    assert clocks(log[:1], now="2026-03-02T16:00:01")["resolution", None]["state"] == "breached"


def test_the_reasons_name_every_span_and_event_in_order():
    log = [("2026-03-02T08:00", "opened", {"priority": 2}), ("2026-03-02T10:00", "pending", {"reason": "requester"}),
           ("2026-03-02T11:00", "resumed")]  # fmt: skip
    why = clocks(log, now="2026-03-02T12:00")["resolution", None]["why"]
    assert [step.get("event") or step["counted"] for step in why] == [
        "opened", "used", "pending", "paused", "resumed", "used",
    ]  # fmt: skip
    assert sum(step["seconds"] for step in why if step.get("counted") == "used") == 3 * 3600
