"""Clocks from random logs against a walk through every minute: pauses, priorities, handovers, reopenings, odd days.

The days on which nothing starts are written here by hand; the rules under test know the region only.
"""

import random
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.rules.calendars.oracle import Oracle
from tests.rules.sla import minutes
from tests.share import times

from dreiklang.calendars.rules import WorkingCalendar, week_from
from dreiklang.sla.rules import Happening, Share, Target, Terms, Type, clocks_of

WEEK = {
    "mon": [["08:00", "12:00"], ["13:00", "17:00"]], "tue": [["08:00", "17:00"]], "wed": [["22:00", "06:00"]],
    "thu": [["08:00", "17:00"]], "fri": [["08:00", "16:30"]], "sun": [["01:00", "04:00"]],
}  # fmt: skip


class World(NamedTuple):
    """Where and when a ticket lives: it is opened a little before something odd."""

    zone: str
    region: str | None
    start: datetime
    closed: frozenset[date] = frozenset()


def _world(zone: str, region: str | None, start: str, *closed: str) -> World:
    return World(
        zone, region, datetime.fromisoformat(start).replace(tzinfo=UTC), frozenset(map(date.fromisoformat, closed))
    )


ORDINARY = _world("Europe/Berlin", None, "2026-06-02T06:00")
SPRING = _world("Europe/Berlin", None, "2026-03-27T09:00")
AUTUMN = _world("Europe/Berlin", "DE-BW", "2026-10-23T09:00", "2026-11-01")
EPIPHANY = _world("Europe/Berlin", "DE-BW", "2026-01-05T09:00", "2026-01-06")
NO_EPIPHANY = _world("Europe/Berlin", "DE-HH", "2026-01-05T09:00")
WORLDS = [
    ORDINARY, SPRING, AUTUMN, EPIPHANY, NO_EPIPHANY,
    _world("Europe/London", "GB-SCT", "2025-12-31T10:00", "2026-01-01", "2026-01-02"),
    _world("America/New_York", "US", "2026-03-06T14:00"),
    _world("America/New_York", "US", "2025-10-31T14:00", "2025-11-11", "2025-11-27"),
    _world("America/Santiago", "CL", "2026-04-02T12:00", "2026-04-03", "2026-04-04"),
    _world("Australia/Lord_Howe", "AU-NSW", "2026-04-02T21:00", "2026-04-03", "2026-04-04", "2026-04-05", "2026-04-06"),
]  # fmt: skip
EXAMPLES = times(6000)
TYPES = ("priority", "replied", "pending", "resumed", "handover", "resolved", "reopened", "closed")
SHARES = {1: 20, 2: 40, 3: 40}
LOOKED: dict[World, dict[datetime, bool]] = {world: {} for world in WORLDS}

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


def _told(at: int, type_: str, **said: object) -> dict[str, object]:
    """An event so many minutes after the opening."""
    return {"at": at, "type": type_, "priority": 1, "reason": "requester", "level": 2, **said}


DAY = 24 * 60
GOALS = [60, 120, 240, 300, 600]
#: A pause over the hour that is left out, then one that stops nothing; a reopening after the hour that comes twice; a
#: day that is a holiday here only; a promise that shrinks below what was used; a share that is met, comes back, breaks.
TELLING = [
    (SPRING, [_told(30, "pending"), _told(3 * DAY, "pending", reason="date")], 4 * DAY, GOALS, True),
    (AUTUMN, [_told(60, "resolved"), _told(3 * DAY, "reopened")], 5 * DAY, GOALS, True),
    (EPIPHANY, [_told(60, "handover"), _told(DAY, "replied")], 2 * DAY, GOALS, True),
    (NO_EPIPHANY, [_told(60, "handover"), _told(DAY, "replied")], 2 * DAY, GOALS, True),
    (ORDINARY, [_told(400, "priority")], 410, GOALS, True),
    (ORDINARY, [_told(20, "handover"), _told(90, "handover", level=1), _told(95, "pending")], 900, GOALS, True),
]  # fmt: skip


def _with_the_telling(test):
    for world, events_, now, goals, is_full in TELLING:
        test = example(world=world, given_events=events_, now=now, goals=goals, is_full=is_full)(test)
    return test


@_with_the_telling
@settings(max_examples=EXAMPLES, deadline=None)
@given(
    world=st.sampled_from(WORLDS),
    given_events=st.lists(events, max_size=12),
    now=st.integers(0, 5 * 24 * 60),
    goals=st.lists(st.integers(1, 40).map(lambda n: n * 30), min_size=5, max_size=5),
    is_full=st.booleans(),
)
def test_p11_every_clock_agrees_with_a_walk_through_the_minutes(world, given_events, now, goals, is_full):
    targets = {("first_response", 1): goals[0], ("first_response", None): goals[1], ("update", None): goals[2],
               ("resolution", 1): goals[3], ("resolution", 2): goals[4]}  # fmt: skip
    if is_full:
        targets["resolution", None] = goals[4] * 2
    start = world.start
    log = [{"at": start, "type": "opened", "priority": 2, "level": 1}]
    log += [{**e, "at": start + timedelta(minutes=e["at"])} for e in given_events]
    moment = start + timedelta(minutes=now)
    desk = minutes.Desk(
        Oracle(world.zone, WEEK, world.closed), LOOKED[world], targets, frozenset({"requester", "vendor"}), SHARES
    )
    expected = minutes.watch(desk, log, moment)

    found = {
        (c.metric, c.level): c for c in clocks_of(_terms(world, targets), _shuffled(log), moment)
    }  # the last round wins

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
            assert clock.due_at == desk.due(seen, moment), key
    assert {key for key in found if key not in expected} == set()


def _terms(world, targets):
    calendar = WorkingCalendar(world.zone, week_from(WEEK), region=world.region)
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
