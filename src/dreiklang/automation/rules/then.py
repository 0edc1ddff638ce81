"""What a ticket was at a moment, from what the journal and the assignment records say. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

NEW, OPEN, WAITING, RESOLVED, CLOSED, MERGED = "new", "open", "waiting", "resolved", "closed", "merged"
UNSETTLED: Final = frozenset({NEW, OPEN, WAITING})

#: Code of a line → the state it leaves a ticket in.
STATES: Final[Mapping[str, str]] = {
    "ticket.opened": NEW, "ticket.paused": WAITING, "ticket.resumed": OPEN, "ticket.resolved": RESOLVED,
    "ticket.reopened": OPEN, "ticket.closed": CLOSED, "ticket.closing_undone": RESOLVED, "ticket.merged": MERGED,
    "handover.made": OPEN, "handover.handed_back": OPEN,
}  # fmt: skip
#: Work that begins a new ticket, and changes no other.
BEGINNING: Final = frozenset({"message.written", "intervention.logged", "ticket.assigned"})
PARTED: Final = "ticket.parted"


def states_of(lines: Sequence[tuple[datetime, str, Mapping[str, Any]]]) -> list[tuple[datetime, str]]:
    """The states of a ticket in order, each from its moment on; ``lines`` are moment, code and plain values."""
    found: list[tuple[datetime, str]] = []
    for at, code, plain in lines:
        before = found[-1][1] if found else NEW
        after = STATES.get(code, before)
        if code in BEGINNING and before == NEW and (code != "ticket.assigned" or plain.get("person_id")):
            after = OPEN
        if code == PARTED and not plain.get("is_survivor"):
            after = str(plain.get("state") or before)
        if not found or after != before:
            found.append((at, after))
    return found


@dataclass
class Story:
    """What is known of a ticket's past. ``priority`` is the present one; each change of it knows the one before."""

    priority: int = 0
    states: list[tuple[datetime, str]] = field(default_factory=list)
    changes: list[tuple[datetime, int]] = field(default_factory=list)
    holders: list[tuple[datetime, datetime | None, int, int, int | None]] = field(default_factory=list)

    def at(self, moment: datetime) -> Moment:
        """The ticket as it was once everything of that moment had happened."""
        place = bisect_right(self.states, moment, key=lambda known: known[0])
        state = self.states[place - 1][1] if place else NEW
        later = bisect_right(self.changes, moment, key=lambda known: known[0])
        priority = self.changes[later][1] if later < len(self.changes) else self.priority
        held = [one for one in self.holders if one[0] <= moment and (one[1] is None or one[1] > moment)]
        team, level, person = held[-1][2:] if held else (None, None, None)
        return Moment(state, priority, level, team, person)


@dataclass(frozen=True)
class Moment:
    """A ticket as it was."""

    state: str
    priority: int
    level: int | None
    team_id: int | None
    person_id: int | None

    def number(self, name: str) -> int | None:
        """Its priority or level."""
        return self.priority if name == "priority" else self.level

    def key(self, name: str) -> int | None:
        """Its team or assignee."""
        return self.team_id if name == "team" else self.person_id

    def bears(self, sign: str) -> bool:
        """Whether a sign of ``is:`` held."""
        return {
            "open": self.state in UNSETTLED,
            "settled": self.state not in UNSETTLED,
            "waiting": self.state == WAITING,
            "free": self.person_id is None and self.state in UNSETTLED,
        }[sign]
