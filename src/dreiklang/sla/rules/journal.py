"""From the lines of a ticket's journal to the log its clocks are measured by. Codes and values only, never words."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NamedTuple

from dreiklang.sla.rules.log import Happening, Type

#: The lines that can move a clock; nothing else is read.
CODES: Final = (
    "ticket.opened", "ticket.classified", "ticket.service_named", "ticket.requester_changed", "ticket.moved",
    "message.written", "message.withdrawn", "message.sent", "message.failed", "ticket.paused", "ticket.resumed",
    "ticket.resolved", "ticket.reopened", "ticket.closed", "ticket.merged", "ticket.parted", "handover.made",
    "handover.handed_back",
)  # fmt: skip


class Told(NamedTuple):
    """A journal line as far as clocks care."""

    at: datetime
    code: str
    actor_kind: str
    plain: dict[str, Any]


@dataclass
class Story:
    """A ticket's log, and what decides which agreement holds: customers, categories, services and teams with their
    moments."""

    opened_at: datetime
    log: list[Happening] = field(default_factory=list)
    customers: list[tuple[datetime, int]] = field(default_factory=list)
    categories: list[tuple[datetime, int | None]] = field(default_factory=list)
    teams: list[tuple[datetime, int | None]] = field(default_factory=list)
    services: list[tuple[datetime, int | None]] = field(default_factory=list)

    def team_at(self, at: datetime) -> int | None:
        """The team that held the ticket at a moment; of a change at that moment, the one before it."""
        held = [team for since, team in self.teams if since < at]
        return held[-1] if held else self.teams[0][1]


def story_of(lines: Iterable[Told], *, category: int | None) -> Story | None:
    """The story of a ticket from its lines in the order of the journal; None without an opening.

    ``category`` is the present one: the opening does not tell it, the changes do. An answer counts when it has left,
    from when it was written until then, and never if it was called back or could not be delivered; what the desk
    writes by itself is no answer. The message of a solution is not counted besides the solution.
    """
    lines = list(lines)
    opening = next((line for line in lines if line.code == "ticket.opened"), None)
    if opening is None:
        return None
    story = Story(opening.at)
    teller = _Teller(story, opening.plain, _Fates.of(lines))
    for line in lines:
        deed = _DEEDS.get(line.code)
        if deed is not None:
            deed(teller, line)
    first = next((changes[0] for changes in teller.category_changes), category)
    story.categories.insert(0, (opening.at, first))
    return story


class _Fates(NamedTuple):
    """What became of messages, and when the ticket was reopened."""

    left: dict[int, datetime]
    void: frozenset[int]
    solutions: frozenset[int]
    reopened: list[datetime]
    parted: frozenset[int]

    @classmethod
    def of(cls, lines: list[Told]) -> _Fates:
        left: dict[int, datetime] = {}
        for line in lines:
            if line.code == "message.sent":
                left.setdefault(line.plain["message_id"], line.at)
        void = {
            line.plain["message_id"]
            for line in lines
            if line.code == "message.withdrawn"
            or (line.code == "message.failed" and line.plain["message_id"] not in left)
        }
        resolved = [line.plain for line in lines if line.code == "ticket.resolved"]
        solutions = {plain["message_id"] for plain in resolved if plain.get("message_id")}
        reopened = [line.at for line in lines if line.code == "ticket.reopened"]
        parted = {line.plain["merge_id"] for line in lines if line.code == "ticket.parted"}
        return cls(left, frozenset(void), frozenset(solutions), reopened, frozenset(parted))


class _Teller:
    """Turns one line after another into happenings."""

    def __init__(self, story: Story, opening: dict[str, Any], fates: _Fates) -> None:
        self.story, self.opening, self.fates = story, opening, fates
        self.category_changes: list[list[Any]] = []

    def add(self, at: datetime, type_: Type, **more: Any) -> None:
        self.story.log.append(Happening(at, type_, **more))

    def opened(self, line: Told) -> None:
        plain = line.plain
        self.add(line.at, Type.OPENED, priority=plain["priority"], kind=plain["kind"], level=plain["holder_level"])
        self.story.customers.append((line.at, plain["customer_id"]))
        self.story.teams.append((line.at, plain.get("holder_team_id")))
        self.story.services.append((line.at, plain.get("service_id")))

    def service_named(self, line: Told) -> None:
        self.story.services.append((line.at, line.plain.get("service_id")))

    def classified(self, line: Told) -> None:
        changes = line.plain["changes"]
        if "category" in changes:
            self.category_changes.append(changes["category"])
            self.story.categories.append((line.at, changes["category"][1]))
        if "priority" in changes or "kind" in changes:
            new = {name: changes[name][1] for name in ("priority", "kind") if name in changes}
            self.add(line.at, Type.PRIORITY, **new)

    def requester_changed(self, line: Told) -> None:
        self.story.customers.append((line.at, line.plain["customer_id"]))

    def moved(self, line: Told) -> None:
        self.story.teams.append((line.at, line.plain["holder_team_id"]))

    def written(self, line: Told) -> None:
        message = line.plain["message_id"]
        if line.actor_kind in ("system", "rule") or message in self.fates.void or message in self.fates.solutions:
            return
        self.add(self.fates.left.get(message, line.at), Type.REPLIED)

    def paused(self, line: Told) -> None:
        self.add(line.at, Type.PENDING, reason=line.plain["reason"])

    def resumed(self, line: Told) -> None:
        self.add(line.at, Type.RESUMED)

    def handed(self, line: Told) -> None:
        self.add(line.at, Type.RESUMED)
        self.add(line.at, Type.HANDOVER, level=line.plain["to_level"])
        self.story.teams.append((line.at, line.plain["to_team_id"]))

    def resolved(self, line: Told) -> None:
        message = line.plain.get("message_id")
        if message in self.fates.void:  # it ended no promise; but whoever solves a case waits for nothing any more
            self.add(line.at, Type.RESUMED)
            return
        left = self.fates.left.get(message or 0, line.at)
        is_overtaken = any(line.at <= at <= left for at in self.fates.reopened)
        self.add(line.at if is_overtaken else left, Type.RESOLVED)

    def reopened(self, line: Told) -> None:
        if line.plain.get("because") == "withdrawn":
            return  # the solution was never sent, so nothing had ended
        self.add(line.at, Type.REOPENED, level=self.opening["holder_level"])
        self.story.teams.append((line.at, self.opening.get("holder_team_id")))

    def closed(self, line: Told) -> None:
        is_no_promise = line.plain.get("because") in ("spam", "moved_in")
        self.add(line.at, Type.DISCARDED if is_no_promise else Type.CLOSED)

    def merged(self, line: Told) -> None:
        if line.plain["merge_id"] not in self.fates.parted:  # a merge that was undone never was
            self.add(line.at, Type.DISCARDED)


_DEEDS = {
    "ticket.opened": _Teller.opened,
    "ticket.classified": _Teller.classified,
    "ticket.service_named": _Teller.service_named,
    "ticket.requester_changed": _Teller.requester_changed,
    "ticket.moved": _Teller.moved,
    "message.written": _Teller.written,
    "ticket.paused": _Teller.paused,
    "ticket.resumed": _Teller.resumed,
    "ticket.resolved": _Teller.resolved,
    "ticket.reopened": _Teller.reopened,
    "ticket.closed": _Teller.closed,
    "ticket.merged": _Teller.merged,
    "handover.made": _Teller.handed,
    "handover.handed_back": _Teller.handed,
}


def latest(points: list[tuple[datetime, Any]], at: datetime) -> Any:
    """What held at a moment, from points in the order of time; before the first, the first."""
    place = bisect_right([since for since, _what in points], at)
    return points[max(0, place - 1)][1]
