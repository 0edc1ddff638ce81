"""What every event about a ticket has in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dreiklang.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class TicketEvent(Event):
    """Base: something happened to a ticket. ``level`` is the level of who did it, 0 for the outside and the desk."""

    subject_kind: ClassVar[str] = "ticket"
    level: int = 0
    team_id: int | None = None
