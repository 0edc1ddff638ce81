"""What the staff is drawn from: the facts of one ticket as frozen values, without database or clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from dreiklang.calendars.rules import WorkingCalendar


class MarkKind(StrEnum):
    """What an intervention was, and so the shape of its mark."""

    OUTWARD = "outward"  # somebody outside reads or hears it
    INTERNAL = "internal"
    CHECK = "check"  # a check, a finding
    AUTOMATIC = "automatic"
    REQUESTER = "requester"  # the requester's own word


class PromiseKind(StrEnum):
    """What was promised: three to the requester, one between the levels."""

    SOLUTION = "solution"
    ANSWER = "answer"
    UPDATE = "update"
    SHARE = "share"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the staff: a level, and the team (or teams) that stand on it."""

    level: int
    team: str


@dataclass(frozen=True, slots=True)
class Mark:
    """One intervention. ``words`` are short; ``entry`` is the anchor of the conversation's entry it leads to."""

    at: datetime
    kind: MarkKind
    level: int
    words: str = ""
    author: str = ""
    initials: str = ""
    entry: str = ""


@dataclass(frozen=True, slots=True)
class Stay:
    """A level at work, from its acceptance to the moment it hands on (or still)."""

    level: int
    since: datetime
    until: datetime | None = None
    team: str = ""


@dataclass(frozen=True, slots=True)
class Stroke:
    """A handover or hand-back; between handing and acceptance nobody works on it."""

    from_level: int
    to_level: int
    handed_at: datetime
    accepted_at: datetime | None = None
    is_back: bool = False
    to_team: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Rest:
    """Pending at a level, with the reason; ``short`` is the reason for narrow pictures."""

    level: int
    since: datetime
    until: datetime | None = None
    reason: str = ""
    short: str = ""


@dataclass(frozen=True, slots=True)
class Pause:
    """A stretch in which a promise's clock stood still."""

    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Promise:
    """A promise with its current due time (pauses already added). ``level`` only for a level's share."""

    kind: PromiseKind
    since: datetime
    due_at: datetime
    met_at: datetime | None = None
    level: int = 0
    pauses: tuple[Pause, ...] = ()
    replaced_at: datetime | None = None

    def is_broken(self, now: datetime) -> bool:
        """Whether the deed came, or would now come, after the due time. A replaced promise is not broken."""
        return self.replaced_at is None and (self.met_at or now) > self.due_at

    @property
    def is_running(self) -> bool:
        """Whether it still waits for its deed."""
        return self.met_at is None and self.replaced_at is None


@dataclass(frozen=True, slots=True)
class Closure:
    """The ticket was closed, and perhaps opened again."""

    at: datetime
    reopened_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Score:
    """Everything the picture and its words need about one ticket, up to ``now``, for a reader's ``language``."""

    number: str
    calendar: WorkingCalendar
    opened_at: datetime
    now: datetime
    lines: tuple[Line, ...]
    marks: tuple[Mark, ...] = ()
    stays: tuple[Stay, ...] = ()
    strokes: tuple[Stroke, ...] = ()
    rests: tuple[Rest, ...] = ()
    promises: tuple[Promise, ...] = ()
    closures: tuple[Closure, ...] = ()
    requester: str = ""
    language: str = "de"

    @property
    def closed_at(self) -> datetime | None:
        """When it was closed for good, or None while it is open."""
        last = self.closures[-1] if self.closures else None
        return last.at if last and last.reopened_at is None else None

    @property
    def end(self) -> datetime:
        """The last moment of the picture's past: now, or for a closed ticket the last thing that happened."""
        if self.closed_at is None:
            return max(self.opened_at, self.now)
        later = (mark.at for mark in self.marks if self.closed_at < mark.at <= self.now)
        return max(self.opened_at, self.closed_at, *later)
