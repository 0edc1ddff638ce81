"""Lifecycles as data: a table of from, to, right. Transitions belong to the code, names of states to the desk."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

INITIAL, ACTIVE, PENDING, SETTLED = "initial", "active", "pending", "settled"
GROUPS = (INITIAL, ACTIVE, PENDING, SETTLED)


@dataclass(frozen=True)
class Transition:
    """One allowed step, the verb that takes it and the right it needs."""

    verb: str
    origin: str
    target: str
    right: str


class Lifecycle:
    """A table of states (each in a group) and transitions, with the questions one asks it."""

    def __init__(self, groups: dict[str, str], transitions: Iterable[Transition]) -> None:
        self.groups = groups
        self.transitions = tuple(transitions)
        unknown = {t.origin for t in self.transitions} | {t.target for t in self.transitions}
        if missing := unknown - groups.keys():
            raise ValueError(f"transitions name unknown states: {sorted(missing)}")
        self._by_verb = {(t.verb, t.origin): t for t in self.transitions}

    def step(self, verb: str, origin: str) -> Transition | None:
        """The transition a verb takes from a state, or None if that state does not allow it."""
        return self._by_verb.get((verb, origin))

    def verbs_from(self, origin: str) -> tuple[str, ...]:
        """The verbs a state allows, in the order of the table."""
        return tuple(t.verb for t in self.transitions if t.origin == origin)

    def states_in(self, *groups: str) -> tuple[str, ...]:
        """The states of some groups, in the order of the table."""
        return tuple(state for state, group in self.groups.items() if group in groups)
