"""How much is hit: proposed from the service, the people who depend on it, and the time of day."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

ESSENTIAL, IMPORTANT, ORDINARY = 1, 2, 3
HIGH, MEDIUM, LOW = 1, 2, 3

#: From so many people on an outage counts as that of many, or of several.
MANY: Final = 25
SEVERAL: Final = 3


class Reason(StrEnum):
    """Why an impact is proposed; the words stand with the screens."""

    ESSENTIAL = "essential"
    IMPORTANT = "important"
    ORDINARY = "ordinary"
    MANY = "many"
    SEVERAL = "several"
    FEW = "few"
    OUTSIDE_HOURS = "outside_hours"
    VIP = "vip"


@dataclass(frozen=True)
class Proposal:
    """A proposed impact (1 high to 3 low) with its reasons, the weightiest first, and the people it counts with."""

    impact: int
    people: int
    reasons: tuple[Reason, ...]


def proposed_impact(criticality: int, people: int, *, is_open: bool, is_vip: bool = False) -> Proposal:
    """Impact from criticality and people, one step lower while nobody works with the service, never below VIP's.

    Without a service the people alone decide (pass ``ORDINARY``). The steps follow ITIL 4's advice that impact
    measures the effect on the business: an essential service weighs one step more than the number of people alone
    says, and so does a person whose work decides for many (VIP: at least medium).
    """
    size = HIGH if people >= MANY else MEDIUM if people >= SEVERAL else LOW
    reasons = [
        {ESSENTIAL: Reason.ESSENTIAL, IMPORTANT: Reason.IMPORTANT}.get(criticality, Reason.ORDINARY),
        {HIGH: Reason.MANY, MEDIUM: Reason.SEVERAL}.get(size, Reason.FEW),
    ]
    impact = size
    if criticality == ESSENTIAL:
        impact = max(HIGH, size - 1)
    elif (criticality == IMPORTANT and size == LOW and people > 1) or (criticality == ORDINARY and size == HIGH):
        impact = MEDIUM
    if not is_open and impact < LOW:
        impact += 1
        reasons.append(Reason.OUTSIDE_HOURS)
    if is_vip and impact > MEDIUM:
        impact = MEDIUM
        reasons.append(Reason.VIP)
    return Proposal(impact, people, tuple(reasons))
