"""One clock while it is being measured, and the frozen measure it ends as."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from dreiklang.calendars.rules import WorkingCalendar, add_working_time
from dreiklang.sla.rules.log import Step

RUNNING: Final = "running"
PAUSED: Final = "paused"
MET: Final = "met"
BREACHED: Final = "breached"

#: Working time is exact to the microsecond; sums are kept so.
_EXACT: Final = 6


@dataclass(frozen=True, slots=True)
class Measured:
    """A clock at a moment.

    ``due_at`` is, while it runs or is paused, when it would fall due if it ran from now on; once it is met or
    breached, the moment that counted. ``warns_at`` lies ahead, ``warned_at`` has passed. ``charged_level`` held the
    ticket when the promise broke. All seconds are working time; ``paused_seconds`` while it stood still for a reason.
    """

    metric: str
    level: int | None
    round: int
    state: str
    started_at: datetime
    due_at: datetime
    target_seconds: float
    used_seconds: float
    paused_seconds: float
    met_at: datetime | None = None
    breached_at: datetime | None = None
    charged_level: int | None = None
    warns_at: datetime | None = None
    warned_at: datetime | None = None
    why: tuple[Step, ...] = ()


class Running:
    """A clock on its way through the log. It counts from its start even where nothing is promised yet, so that a
    promise made later finds the time that was used."""

    __slots__ = (
        "breached_at", "calendar", "charged_level", "due_at", "level", "met_at", "metric", "paused", "round",
        "started_at", "steps", "target", "used", "warn_share", "warned_at",
    )  # fmt: skip

    def __init__(self, metric: str, level: int | None, started_at: datetime, number: int = 1) -> None:
        self.metric, self.level, self.round, self.started_at = metric, level, number, started_at
        self.used = self.paused = 0.0
        self.target: float | None = None
        self.warn_share = 0.75
        self.calendar: WorkingCalendar | None = None
        self.met_at: datetime | None = None
        self.breached_at: datetime | None = None
        self.warned_at: datetime | None = None
        self.due_at: datetime | None = None
        self.charged_level: int | None = None
        self.steps: list[Step] = []

    def aim(
        self, target: float | None, *, at: datetime, holder: int, warn_share: float, hours: WorkingCalendar
    ) -> None:
        """Another target or other hours from a moment on; the time used stays. A promise that is less than what was
        used breaks now, charged to who holds the ticket now."""
        self.calendar, self.warn_share = hours, warn_share
        if self.met_at is not None or self.breached_at is not None:
            return
        self.target = target
        if target is None:
            return
        if self.used > target:
            self._break(at, self._when_used(target), holder)
        if self.warned_at is None and self.used >= target * warn_share and self.used:
            self.warned_at = at

    def run(self, since: datetime, until: datetime, seconds: float, *, holder: int) -> None:
        """Count a span in which the ticket's time is used up."""
        assert self.calendar is not None
        before, self.used = self.used, round(self.used + seconds, _EXACT)
        self.steps.append(Step(since, until, "used", seconds))
        if self.target is None or self.breached_at is not None:
            return
        warn = self.target * self.warn_share
        if self.warned_at is None and self.used >= warn:
            moment = add_working_time(self.calendar, since, max(0.0, warn - before))
            self.warned_at = moment if moment < until else None
        if self.used >= self.target:
            due = add_working_time(self.calendar, since, max(0.0, self.target - before))
            if due < until:
                self._break(due, due, holder)

    def stand(self, since: datetime, until: datetime, seconds: float, what: str) -> None:
        """Count a span in which it stands still."""
        self.steps.append(Step(since, until, what, seconds))
        if what == PAUSED:
            self.paused = round(self.paused + seconds, _EXACT)

    def hear(self, at: datetime, what: str, said: str = "") -> None:
        """Remember an event, for the reasons."""
        self.steps.append(Step(at, None, what, 0, said))

    def meet(self, at: datetime) -> None:
        """The deed came. A second one changes nothing."""
        if self.met_at is None:
            if self.breached_at is None and self.target is not None:
                self.due_at = self._ahead(at, self.target)
            self.met_at = at

    def go_on(self) -> None:
        """The deed did not hold: the clock goes on where it stood. What broke stays broken."""
        self.met_at = None
        if self.breached_at is None:
            self.due_at = None

    def measured(self, at: datetime, *, is_paused: bool) -> Measured | None:
        """The clock as it stands; None if nothing is promised and nothing was broken."""
        if self.target is None and self.breached_at is None:
            return None
        target = self.target or 0.0
        due = self.due_at or self._ahead(at, target)
        warns = None
        if not is_paused and self.met_at is None and self.breached_at is None and self.warned_at is None:
            warns = self._ahead(at, target * self.warn_share)
        return Measured(
            self.metric, self.level, self.round, self._state(is_paused), self.started_at, due, target, self.used,
            self.paused, self.met_at, self.breached_at, self.charged_level, warns, self.warned_at, tuple(self.steps),
        )  # fmt: skip

    def _state(self, is_paused: bool) -> str:
        if self.breached_at is not None:
            return BREACHED
        if self.met_at is not None:
            return MET
        return PAUSED if is_paused else RUNNING

    def _break(self, at: datetime, due: datetime, holder: int) -> None:
        self.breached_at, self.due_at, self.charged_level = at, due, holder

    def _ahead(self, at: datetime, target: float) -> datetime:
        assert self.calendar is not None
        return add_working_time(self.calendar, at, max(0.0, target - self.used))

    def _when_used(self, target: float) -> datetime:
        """The moment in the past at which so much had been used; hours as they are now."""
        assert self.calendar is not None
        left = target
        for step in self.steps:
            if step.what == "used":
                if step.seconds >= left:
                    return add_working_time(self.calendar, step.at, left)
                left -= step.seconds
        return self.started_at
