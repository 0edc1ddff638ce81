"""Who may be asked next, and who stands in for whom. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

LEVELS: Final = (1, 2, 3, 4)
#: A chain of substitutes longer than this has gone wrong; nobody is asked then.
LONGEST_CHAIN: Final = 5

#: Rights that persons outside the provider may have; every other one is the provider's own, whatever roles they bear.
OUTSIDERS: Final = frozenset({"portal.use", "portal.see_organization"})
WORK, WORK_HANDED = "tickets.work", "tickets.work_handed"


def rights_within(rights: frozenset[str], organization_kind: str) -> frozenset[str]:
    """The rights that roles bring to somebody of an organisation of this kind.

    Only the provider's own people work on every ticket; external providers and vendors work on what was handed to
    their teams; customers do not work on tickets at all (PRODUCT A6).
    """
    if organization_kind == "provider":
        return rights
    allowed = rights & OUTSIDERS
    if WORK in rights and organization_kind in ("external", "vendor"):
        allowed |= {WORK_HANDED, "desk.use"}
    return allowed


@dataclass(frozen=True)
class Away:
    """Days, both included, on which somebody is away, and who stands in."""

    person_id: int
    substitute_id: int | None
    from_date: date
    until_date: date


def absences_on(day: date, absences: Iterable[Away]) -> dict[int, int | None]:
    """Who is away on a day → who stands in, or None. Of two absences the one with a substitute counts."""
    found: dict[int, int | None] = {}
    for away in absences:
        if away.from_date <= day <= away.until_date and not found.get(away.person_id):
            found[away.person_id] = away.substitute_id
    return found


def stand_in(person_id: int, away: Mapping[int, int | None]) -> int | None:
    """Who does a person's work: they themselves if present, else the first of the chain who is; None if nobody."""
    asked, current = {person_id}, person_id
    for _step in range(LONGEST_CHAIN):
        if current not in away:
            return current
        following = away[current]
        if following is None or following in asked:
            return None
        asked.add(following)
        current = following
    return None


def levels_within_reach(level: int) -> tuple[int, ...]:
    """The levels a team may hand to: the next one, or further up at once if that is where it belongs; beside on 3."""
    if level == 3:
        return (3, 4)
    return tuple(other for other in LEVELS if other > level)


def uncovered(
    wanted: Iterable[tuple[datetime, datetime]], held: Iterable[tuple[datetime, datetime]]
) -> list[tuple[datetime, datetime]]:
    """What is left of some spans of time when others are taken out of them, in order."""
    taken, found = sorted(held), []
    for start, end in sorted(wanted):
        for since, until in taken:
            if until <= start or since >= end:
                continue
            if since > start:
                found.append((start, since))
            start = max(start, until)
        if start < end:
            found.append((start, end))
    return found
