"""Clocks from random logs against a walk through every minute: pauses, priorities, handovers, reopenings, odd days."""

import random
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.rules.calendars.oracle import Oracle
from tests.rules.sla import minutes

from dreiklang.calendars.rules import WorkingCalendar, week_from
from dreiklang.sla.rules import Happening, Share, Target, Terms, Type, clocks_of

WEEK = {
    "mon": [["08:00", "12:00"], ["13:00", "17:00"]], "tue": [["08:00", "17:00"]], "wed": [["22:00", "06:00"]],
    "thu": [["08:00", "17:00"]], "fri": [["08:00", "16:30"]], "sun": [["01:00", "04:00"]],
}  # fmt: skip
#: Before the spring change, before the autumn change, an ordinary week.
STARTS = [
    datetime(2026, 3, 27, 9, tzinfo=UTC),
    datetime(2026, 10, 23, 9, tzinfo=UTC),
    datetime(2026, 6, 2, 6, tzinfo=UTC),
]
TYPES = ("priority", "replied", "pending", "resumed", "handover", "resolved", "reopened", "closed")
SHARES = {1: 20, 2: 40, 3: 40}
LOOKED: dict[datetime, bool] = {}

moments = st.integers(-120, 4 * 24 * 60)
events = st.fixed_dictionaries(
    {
        "at": moments,
        "type": st.sampled_from(TYPES),
        "priority": st.integers(1, 3),
        "reason": st.sampled_from(["requester", "vendor", "date"]),
        "level": st.integers(1, 3),
    }
)


@settings(max_examples=60, deadline=None)
@given(
    start=st.sampled_from(STARTS),
    given_events=st.lists(events, max_size=12),
    now=st.integers(0, 5 * 24 * 60),
    goals=st.lists(st.integers(1, 40).map(lambda n: n * 30), min_size=5, max_size=5),
    is_full=st.booleans(),
)
def test_every_clock_agrees_with_a_walk_through_the_minutes(start, given_events, now, goals, is_full):
    targets = {("first_response", 1): goals[0], ("first_response", None): goals[1], ("update", None): goals[2],
               ("resolution", 1): goals[3], ("resolution", 2): goals[4]}  # fmt: skip
    if is_full:
        targets["resolution", None] = goals[4] * 2
    log = [{"at": start, "type": "opened", "priority": 2, "level": 1}]
    log += [{**e, "at": start + timedelta(minutes=e["at"])} for e in given_events]
    moment = start + timedelta(minutes=now)
    desk = minutes.Desk(
        Oracle("Europe/Berlin", WEEK, frozenset()), LOOKED, targets, frozenset({"requester", "vendor"}), SHARES
    )
    expected = minutes.watch(desk, log, moment)

    found = {(c.metric, c.level): c for c in clocks_of(_terms(targets), _shuffled(log), moment)}  # the last round wins

    for key, seen in expected.items():
        if seen.target is None and seen.broken is None:
            assert key not in found
            continue
        clock = found[key]
        assert clock.used_seconds == seen.used * 60, key
        assert clock.paused_seconds == seen.paused * 60, key
        assert clock.breached_at == seen.broken, key
        assert clock.charged_level == seen.charged, key
        if key != ("update", None) or seen.met is None:
            assert clock.met_at == seen.met, key
    assert {key for key in found if key not in expected} == set()


def _terms(targets):
    calendar = WorkingCalendar("Europe/Berlin", week_from(WEEK))
    return Terms(
        calendar,
        tuple(Target(metric, m * 60, priority) for (metric, priority), m in targets.items()),
        frozenset({"requester", "vendor"}),
        tuple(Share(level, percent) for level, percent in SHARES.items()),
    )


def _shuffled(log):
    """In any order of time; what happened at the same moment stays in its order."""
    by_moment = {}
    for e in log:
        by_moment.setdefault(e["at"], []).append(e)
    groups = list(by_moment.values())
    random.Random(len(log)).shuffle(groups)
    made = []
    for e in (e for group in groups for e in group):
        needed = {"opened": ("priority", "level"), "priority": ("priority",), "pending": ("reason",),
                  "handover": ("level",), "reopened": ("level",)}.get(e["type"], ())  # fmt: skip
        made.append(Happening(e["at"], Type(e["type"]), **{name: e[name] for name in needed}))
    return made
