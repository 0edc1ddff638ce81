"""What happens to drafts that others may see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dreiklang.tickets.events.kind import TicketEvent


@dataclass(frozen=True, kw_only=True)
class DraftTakenOver(TicketEvent):
    """A colleague went on with somebody's draft; both still have the words."""

    code: ClassVar[str] = "draft.taken_over"
    from_person_id: int
    place: str
