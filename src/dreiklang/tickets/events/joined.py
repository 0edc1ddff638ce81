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
