"""What happened to skills, abilities, certificates and needs. Grades are nobody's news: the journal has no figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dreiklang.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class SkillKept(Event):
    """A skill was named or changed."""

    code: ClassVar[str] = "skill.kept"
    subject_kind: ClassVar[str] = "skill"
    name: str
    is_active: bool = True


@dataclass(frozen=True, kw_only=True)
class AbilityNoted(Event):
    """Somebody's grade in a skill was claimed, confirmed or taken back."""

    code: ClassVar[str] = "ability.noted"
    subject_kind: ClassVar[str] = "person"
    skill_id: int
    how: str


@dataclass(frozen=True, kw_only=True)
class CertificateNoted(Event):
    """A certificate was noted, changed or removed."""

    code: ClassVar[str] = "certificate.noted"
    subject_kind: ClassVar[str] = "person"
    certificate_id: int
    how: str


@dataclass(frozen=True, kw_only=True)
class NeedSet(Event):
    """What a team needs of a skill; 0 persons: nothing any more."""

    code: ClassVar[str] = "need.set"
    subject_kind: ClassVar[str] = "team"
    skill_id: int
    grade: int
    persons: int
