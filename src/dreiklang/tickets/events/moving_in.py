"""Tickets that came from another desk, as a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dreiklang.tickets.events.kind import TicketEvent


@dataclass(frozen=True, kw_only=True)
class TicketMovedIn(TicketEvent):
    """A ticket of another desk goes on here. ``reference``: its number there."""

    code: ClassVar[str] = "ticket.moved_in"
    words: ClassVar[frozenset[str]] = frozenset({"reference"})
    import_id: int
    reference: str = ""


@dataclass(frozen=True, kw_only=True)
class TicketMovedOut(TicketEvent):
    """An import was taken back before anything had happened to this ticket: it is gone."""

    code: ClassVar[str] = "ticket.moved_out"
    number: int
    import_id: int
