"""Which rules can set each other off, and when a chain of them must end. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

#: A rule set off by a rule set off by a rule set off by a person: the last one that runs.
DEEPEST: Final = 3
#: Runs of one rule, and of all of them, on one ticket in one hour.
MOST_OF_RULE_AND_HOUR: Final = 5
MOST_OF_TICKET_AND_HOUR: Final = 20


def too_deep(chain: Sequence[int], rule: int) -> bool:
    """Whether a rule may not run because of what set it off: it is in its own chain, or the chain is too long."""
    return rule in chain or len(chain) >= DEEPEST


def circles(start: int, occasion_of: Mapping[int, str], brings: Mapping[int, frozenset[str]]) -> list[list[int]]:
    """Circles of rules through one of them: each sets the next one off, the last one the first.

    ``occasion_of``: rule → what it waits for; ``brings``: rule → the occasions that its deeds bring. At most a few,
    the shortest first, each rule of a circle once.
    """
    found: list[list[int]] = []
    ways = [[start]]
    while ways and len(found) < 5:
        longer: list[list[int]] = []
        for way in ways:
            for rule in occasion_of:
                if occasion_of[rule] not in brings.get(way[-1], frozenset()):
                    continue
                if rule == start:
                    found.append(way)
                elif rule not in way and len(way) <= DEEPEST:
                    longer.append([*way, rule])
        ways = longer[:1000]
    return found[:5]


@dataclass(frozen=True)
class Cause:
    """Why a rule looks at a ticket: the occasion by a name that is never used twice, and the rules before it."""

    occasion: str
    chain: tuple[int, ...] = ()
