"""What happens between the levels. All are news about a ticket."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dreiklang.kernel.events import Event
from dreiklang.tickets.events import TicketEvent


@dataclass(frozen=True, kw_only=True)
class HandoverMade(TicketEvent):
    code: ClassVar[str] = "handover.made"
    words: ClassVar[frozenset[str]] = frozenset({"gist"})
    handover_id: int
    from_level: int
    from_team_id: int
    to_level: int
    to_team_id: int
    at_once: bool = False
    gist: str = ""


@dataclass(frozen=True, kw_only=True)
class HandoverAccepted(TicketEvent):
    code: ClassVar[str] = "handover.accepted"
    handover_id: int
    person_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class HandoverReminded(TicketEvent):
    """The receiving team is reminded that a handover waits."""

    code: ClassVar[str] = "handover.reminded"
    handover_id: int
    to_team_id: int


@dataclass(frozen=True, kw_only=True)
class HandedBack(TicketEvent):
    """``kind``: incomplete, not_ours, solved, advice."""

    code: ClassVar[str] = "handover.handed_back"
    words: ClassVar[frozenset[str]] = frozenset({"gist", "hint"})
    hand_back_id: int
    handover_id: int | None = None
    kind: str
    from_level: int
    from_team_id: int
    to_level: int
    to_team_id: int
    gist: str = ""
    hint: str = ""


@dataclass(frozen=True, kw_only=True)
class RelayOffered(TicketEvent):
    code: ClassVar[str] = "relay.offered"
    words: ClassVar[frozenset[str]] = frozenset({"gist"})
    relay_id: int
    to_level: int
    to_team_id: int
    gist: str = ""


@dataclass(frozen=True, kw_only=True)
class RelayUsed(TicketEvent):
    code: ClassVar[str] = "relay.used"
    relay_id: int
    message_id: int


@dataclass(frozen=True, kw_only=True)
class RelayDismissed(TicketEvent):
    code: ClassVar[str] = "relay.dismissed"
    words: ClassVar[frozenset[str]] = frozenset({"reason"})
    relay_id: int
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class DirectLineOpened(TicketEvent):
    code: ClassVar[str] = "direct_line.opened"
    words: ClassVar[frozenset[str]] = frozenset({"reason"})
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class DirectLineClosed(TicketEvent):
    code: ClassVar[str] = "direct_line.closed"


@dataclass(frozen=True, kw_only=True)
class GateChanged(Event):
    code: ClassVar[str] = "gate.changed"
    subject_kind: ClassVar[str] = "gate"
    category_id: int | None = None
    to_level: int
    demands: tuple[str, ...] = ()
    minimum_steps: int = 1


@dataclass(frozen=True, kw_only=True)
class LadderRang(TicketEvent):
    """People with more authority are told of a ticket; the work stays where it is."""

    code: ClassVar[str] = "ladder.rang"
    ladder_id: int
    ladder: str
    position: int
    whom: str
    told: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class LadderAnswered(TicketEvent):
    """Somebody said 'I see to it': the ladder is not climbed further."""

    code: ClassVar[str] = "ladder.answered"
    ladder_id: int
    ladder: str
    person_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class RequesterEscalated(TicketEvent):
    code: ClassVar[str] = "requester.escalated"
    words: ClassVar[frozenset[str]] = frozenset({"reason"})
    requester_id: int | None = None
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class LadderKept(Event):
    """A ladder was made or changed."""

    code: ClassVar[str] = "ladder.kept"
    subject_kind: ClassVar[str] = "ladder"
    name: str
    trigger: str
    threshold: int
    rungs: int


@dataclass(frozen=True, kw_only=True)
class LadderDropped(Event):
    code: ClassVar[str] = "ladder.dropped"
    subject_kind: ClassVar[str] = "ladder"
    name: str
