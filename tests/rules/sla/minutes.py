"""An independent, slow account of clocks: walk through every minute, look who has the ticket and whether it is open.

It shares nothing with the rules under test but the names of what happened: open minutes come from the wall clock
(`tests/rules/calendars/oracle.py`), every event falls on a whole minute, and a promise is broken at the first minute
at which it is used up and its time still runs. What lies ahead is found by walking on.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from tests.rules.calendars.oracle import Oracle

MINUTE = timedelta(minutes=1)


@dataclass
class Watch:
    """One clock as the walk sees it; all counts in minutes."""

    metric: str
    level: int | None
    used: int = 0
    paused: int = 0
    target: float | None = None
    met: datetime | None = None
    broken: datetime | None = None
    charged: int | None = None
    ran_out: datetime | None = None
    begun: datetime | None = None
    former: "Watch | None" = None
    counted: list[datetime] = field(default_factory=list)


@dataclass
class Desk:
    """What is promised, in minutes: {(metric, priority or None): minutes}, pauses, {level: percent}."""

    hours: Oracle
    looked: dict[datetime, bool]
    targets: dict[tuple[str, int | None], int]
    pauses: frozenset[str]
    shares: dict[int, int]

    def is_open(self, minute: datetime) -> bool:
        """Whether the wall clock says so; each minute is looked at once."""
        if minute not in self.looked:
            self.looked[minute] = self.hours.is_open(minute)
        return self.looked[minute]

    def promised(self, metric: str, priority: int | None) -> int | None:
        """The promise for a priority, else for all."""
        return self.targets.get((metric, priority), self.targets.get((metric, None)))

    def due(self, w: Watch, now: datetime) -> datetime:
        """When it was used up; of a whole promise: when it would be, if it ran from the deed, else from now."""
        if w.ran_out:
            return w.ran_out
        assert w.target is not None
        minute, left = w.met or now, w.target - w.used
        while left > 0:
            left -= self.is_open(minute)
            minute += MINUTE
        return minute


def watch(desk: Desk, events: list[dict], now: datetime) -> dict[tuple[str, int | None], Watch]:  # noqa: C901 - one plain walk, told in one place
    """Every clock at a moment, by metric and level (of the updates the present round)."""
    events = sorted(events, key=lambda e: (e["at"], e["type"] != "opened"))
    opened = next(e for e in events if e["type"] == "opened")
    if opened["at"] > now:
        return {}
    state = {"priority": None, "level": 1, "reason": None, "settled": False}
    watches = {(m, None): Watch(m, None) for m in ("first_response", "update", "resolution")}

    def aim(at: datetime) -> None:
        whole = desk.promised("resolution", state["priority"])
        for (metric, level), w in watches.items():
            if w.met or w.broken:
                continue
            if level is None:
                w.target = desk.promised(metric, state["priority"])
            else:
                w.target = whole * desk.shares[level] / 100 if whole and level in desk.shares else None
            if w.target is not None and w.used > w.target:
                w.broken, w.charged = at, level or state["level"]
                w.ran_out = w.counted[round(w.target) - 1] + MINUTE

    def begin_round(at: datetime) -> None:
        """The next update; what ends as it begins was no round: the reply was the solution."""
        former = watches["update", None]
        if former.former and former.begun == at:
            former = former.former
        watches["update", None] = Watch("update", None, begun=at, former=former)

    def hold(at: datetime) -> None:
        w = watches.setdefault(("resolution", state["level"]), Watch("resolution", state["level"]))
        w.met = None
        aim(at)

    def apply(e: dict) -> None:  # noqa: C901 - a line for each thing that can happen
        nonlocal desk
        at, kind = e["at"], e["type"]
        first, update, whole = (watches[m, None] for m in ("first_response", "update", "resolution"))
        if kind == "priority":
            state["priority"] = e["priority"]
            aim(at)
        elif kind == "replied":
            first.met = first.met or at
            if not state["settled"]:
                update.met = update.met or at
                begin_round(at)
                aim(at)
        elif kind == "pending" and not state["settled"]:
            state["reason"] = e["reason"]
        elif kind == "resumed":
            state["reason"] = None
        elif kind == "handover" and e["level"] != state["level"]:
            if not state["settled"]:
                watches["resolution", state["level"]].met = at
            state["level"] = e["level"]
            if not state["settled"]:
                hold(at)
        elif kind in ("resolved", "closed") and not state["settled"]:
            state.update(settled=True, reason=None)
            for w in (first, update, whole, watches["resolution", state["level"]]):
                w.met = w.met or at
            if update.former and update.begun == at:
                watches["update", None] = update.former
        elif kind == "terms":
            desk = replace(desk, **e["promised"])
            aim(at)
        elif kind == "reopened" and state["settled"]:
            state.update(settled=False, level=e.get("level") or state["level"])
            whole.met = None
            begin_round(at)
            hold(at)

    for e in events:
        if e["at"] < opened["at"] and e["at"] <= now:
            if e["type"] == "priority":
                state["priority"] = e["priority"]
            elif e["type"] == "handover":
                state["level"] = e["level"]
            elif e["type"] in ("pending", "resumed"):
                state["reason"] = e["reason"] if e["type"] == "pending" else None
    if opened.get("priority") is not None:
        state["priority"] = opened["priority"]
    state["level"] = opened.get("level") or state["level"]
    hold(opened["at"])
    later = [e for e in events if e is not opened and opened["at"] <= e["at"] <= now]
    minute = opened["at"]
    while True:
        while later and later[0]["at"] == minute:
            apply(later.pop(0))
        if minute >= now:
            return watches
        _pass_minute(desk, watches, state, minute)
        minute += MINUTE


def _pass_minute(desk: Desk, watches: dict, state: dict, minute: datetime) -> None:
    if state["settled"]:
        return
    stands = state["reason"] in desk.pauses
    for (_metric, level), w in watches.items():
        if w.met or (level is not None and level != state["level"]):
            continue
        if not stands and not w.broken and w.target is not None and w.used >= w.target:
            w.broken, w.charged, w.ran_out = minute, level or state["level"], minute
        if desk.is_open(minute):
            if stands:
                w.paused += 1
            else:
                w.used += 1
                w.counted.append(minute)
