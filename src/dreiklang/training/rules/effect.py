"""Whether a lesson changed anything: shares of cases handed up before and after it, with intervals. Pure.

Formulas: E. B. Wilson, 'Probable inference, the law of succession, and statistical inference', JASA 22 (1927) 209-212,
for one share; R. G. Newcombe, 'Interval estimation for the difference between independent proportions: comparison of
eleven methods', Statistics in Medicine 17 (1998) 873-890, method 10, for the difference of two.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Final

#: Below so many cases on either side nothing is said.
FEWEST: Final = 20
#: Two-sided 95 %.
Z: Final = 1.959963984540054


@dataclass(frozen=True)
class Share:
    """How many of some cases were handed up."""

    handed_up: int
    cases: int

    @property
    def value(self) -> float:
        """The share, 0 to 1; 0 where there are no cases."""
        return self.handed_up / self.cases if self.cases else 0.0


@dataclass(frozen=True)
class Interval:
    """A figure with its 95 % interval."""

    value: float
    low: float
    high: float


def wilson(share: Share) -> Interval:
    """A share with Wilson's score interval; everything between 0 and 1 where there are no cases."""
    n, p = share.cases, share.value
    if not n:
        return Interval(0.0, 0.0, 1.0)
    middle = p + Z * Z / (2 * n)
    half = Z * sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
    whole = 1 + Z * Z / n
    return Interval(p, max(0.0, (middle - half) / whole), min(1.0, (middle + half) / whole))


def newcombe(first: Share, second: Share) -> Interval:
    """The difference of two independent shares (first minus second) with Newcombe's hybrid score interval."""
    one, two = wilson(first), wilson(second)
    difference = one.value - two.value
    below = sqrt((one.value - one.low) ** 2 + (two.high - two.value) ** 2)
    above = sqrt((one.high - one.value) ** 2 + (two.value - two.low) ** 2)
    return Interval(difference, max(-1.0, difference - below), min(1.0, difference + above))


@dataclass(frozen=True)
class Effect:
    """What was handed up before and after a lesson."""

    before: Share
    after: Share

    @property
    def is_told(self) -> bool:
        """Whether there are cases enough on both sides to say anything."""
        return min(self.before.cases, self.after.cases) >= FEWEST

    @property
    def missing(self) -> int:
        """How many cases are missing on the side that has too few; 0 where none are."""
        return max(0, FEWEST - min(self.before.cases, self.after.cases))

    @property
    def change(self) -> Interval | None:
        """By how much the share fell (negative: rose); None where nothing is said."""
        return newcombe(self.before, self.after) if self.is_told else None

    @property
    def verdict(self) -> str:
        """``silent``, ``fewer``, ``more``, or ``open``: the interval holds no difference as well."""
        change = self.change
        if change is None:
            return "silent"
        return "fewer" if change.low > 0 else "more" if change.high < 0 else "open"

    @property
    def spared(self) -> Interval | None:
        """Handovers that did not happen since: the fall of the share times the cases since then."""
        change = self.change
        if change is None:
            return None
        return Interval(*(part * self.after.cases for part in (change.value, change.low, change.high)))
