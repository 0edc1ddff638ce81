"""What a team lacks, and what runs out: pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

#: From so many days before its end on, somebody is reminded of a certificate or a grade.
REMINDED_AHEAD: Final = timedelta(days=60)
HIGHEST: Final = 4


@dataclass(frozen=True)
class Held:
    """A grade somebody has: confirmed or only claimed, with its last day."""

    person_id: int
    grade: int
    is_confirmed: bool
    expires_on: date | None = None

    def counts(self, grade: int, day: date) -> bool:
        """Whether it fills a need of this grade on a day: confirmed, high enough, not run out."""
        return self.is_confirmed and self.grade >= grade and (self.expires_on is None or self.expires_on >= day)


def missing(wanted: int, grade: int, held: list[Held], day: date) -> int:
    """How many persons a team lacks for a need; each counts once."""
    return max(0, wanted - len({one.person_id for one in held if one.counts(grade, day)}))


def runs_out(expires_on: date | None, day: date) -> bool:
    """Whether something ends soon or has ended."""
    return expires_on is not None and expires_on - day <= REMINDED_AHEAD
