"""Load and danger from plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

#: A team counts as one figure from so many members on; smaller ones stand together, or a figure were a person's (P46).
SMALLEST_TEAM: Final = 3
#: Marks of promises nearer than this many minutes on the board stand on each other.
CHORD_MINUTES: Final = 15
HIGHEST_CHORD: Final = 3


@dataclass(frozen=True)
class Load:
    """Minutes of open work against minutes that the people present have left."""

    work: float
    present: float

    @property
    def percent(self) -> int | None:
        """Work in percent of the time there is; None where nobody is there."""
        return round(100 * self.work / self.present) if self.present > 0 else None

    @property
    def excess(self) -> float:
        """Minutes of work for which there is no time."""
        return max(0.0, self.work - self.present)


@dataclass(frozen=True)
class Due:
    """A promise on the board: when it ends, and whether its work should have begun already."""

    at: datetime
    in_danger: bool


@dataclass(frozen=True)
class Chord:
    """Promises that stand together: where (0 to 1 of the span), how many, and how many of them are in danger."""

    place: float
    count: int
    in_danger: int


def chords(dues: list[Due], since: datetime, until: datetime) -> list[Chord]:
    """Promises between two moments as chords, in order of time; what lies outside is left out."""
    span = (until - since).total_seconds()
    if span <= 0:
        return []
    slots: dict[int, list[Due]] = {}
    for due in dues:
        if since <= due.at <= until:
            slots.setdefault(int((due.at - since).total_seconds() // (60 * CHORD_MINUTES)), []).append(due)
    found = []
    for _slot, together in sorted(slots.items()):
        first = min(due.at for due in together)
        place = (first - since).total_seconds() / span
        found.append(Chord(place, len(together), sum(due.in_danger for due in together)))
    return found
