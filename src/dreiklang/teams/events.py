"""What happened to teams, their members, absences and duty."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from dreiklang.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class TeamEvent(Event):
    """Base: the subject is a team."""

    subject_kind: ClassVar[str] = "team"


@dataclass(frozen=True, kw_only=True)
class TeamMade(TeamEvent):
    """A team works on a level now."""

    code: ClassVar[str] = "team.made"
    words: ClassVar[frozenset[str]] = frozenset({"name"})
    name: str
    level: int


@dataclass(frozen=True, kw_only=True)
class TeamChanged(TeamEvent):
    """Something about a team is different; ``changed`` names the fields."""

    code: ClassVar[str] = "team.changed"
    changed: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class MemberJoined(TeamEvent):
    """Somebody belongs to a team from a day on (ISO date)."""

    code: ClassVar[str] = "team.member_joined"
    person_id: int
    role: str
    from_date: str


@dataclass(frozen=True, kw_only=True)
class MemberChanged(TeamEvent):
    """A membership is different: its role, its days or its signature."""

    code: ClassVar[str] = "team.member_changed"
    person_id: int


@dataclass(frozen=True, kw_only=True)
class MemberLeft(TeamEvent):
    """A membership has its last day (ISO date)."""

    code: ClassVar[str] = "team.member_left"
    person_id: int
    until_date: str


@dataclass(frozen=True, kw_only=True)
class AbsenceNoted(Event):
    """Somebody is away on some days (ISO dates, both included); without the reason."""

    code: ClassVar[str] = "person.absence_noted"
    subject_kind: ClassVar[str] = "person"
    absence_id: int
    from_date: str
    until_date: str
    substitute_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class AbsenceDropped(Event):
    """An absence noted before does not hold."""

    code: ClassVar[str] = "person.absence_dropped"
    subject_kind: ClassVar[str] = "person"
    absence_id: int


@dataclass(frozen=True, kw_only=True)
class ShiftSet(TeamEvent):
    """Somebody is on duty for a team in a span."""

    code: ClassVar[str] = "team.shift_set"
    shift_id: int
    person_id: int
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, kw_only=True)
class ShiftDropped(TeamEvent):
    """A shift set before does not hold."""

    code: ClassVar[str] = "team.shift_dropped"
    shift_id: int
    person_id: int
