"""What happens when tickets become one, or two again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dreiklang.tickets.events.kind import TicketEvent


@dataclass(frozen=True, kw_only=True)
class TicketMerged(TicketEvent):
    """This ticket goes on in another one."""

    code: ClassVar[str] = "ticket.merged"
    merge_id: int
    other_id: int
    other_number: int


@dataclass(frozen=True, kw_only=True)
class TicketAbsorbed(TicketEvent):
    """Another ticket goes on in this one. ``kept``: how many participants it got by that."""

    code: ClassVar[str] = "ticket.absorbed"
    merge_id: int
    other_id: int
    other_number: int
    kept: int = 0


@dataclass(frozen=True, kw_only=True)
class TicketParted(TicketEvent):
    """A merge was undone; told on both. ``late``: messages that had come meanwhile and belong to the parted one."""

    code: ClassVar[str] = "ticket.parted"
    merge_id: int
    other_id: int
    other_number: int
    is_survivor: bool = False
    late: int = 0
    state: str = ""
    holder_level: int = 1
    holder_team_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class TicketSplit(TicketEvent):
    """Messages of this ticket became another one; they stand on both."""

    code: ClassVar[str] = "ticket.split"
    other_id: int
    other_number: int
    messages: int


@dataclass(frozen=True, kw_only=True)
class TicketSplitOff(TicketEvent):
    """This ticket was made of messages of another one."""

    code: ClassVar[str] = "ticket.split_off"
    other_id: int
    other_number: int
    messages: int


@dataclass(frozen=True, kw_only=True)
class ChildAdopted(TicketEvent):
    """Two tickets became parent and child; told on both. ``is_parent``: this one is the parent."""

    code: ClassVar[str] = "child.adopted"
    other_id: int
    other_number: int
    is_parent: bool = False


@dataclass(frozen=True, kw_only=True)
class ChildReleased(TicketEvent):
    """A child was taken out; told on both."""

    code: ClassVar[str] = "child.released"
    other_id: int
    other_number: int
    is_parent: bool = False
