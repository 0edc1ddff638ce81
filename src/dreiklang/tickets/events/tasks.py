"""What happens to tasks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dreiklang.tickets.events.kind import TicketEvent


@dataclass(frozen=True, kw_only=True)
class TasksAdded(TicketEvent):
    """``person_id``: who shall do them."""

    code: ClassVar[str] = "tasks.added"
    words: ClassVar[frozenset[str]] = frozenset({"gist"})
    task_ids: tuple[int, ...]
    person_id: int | None = None
    gist: str = ""


@dataclass(frozen=True, kw_only=True)
class TaskChanged(TicketEvent):
    """``what``: done, open, changed, moved or removed. ``person_id``: who shall do it, where that changed."""

    code: ClassVar[str] = "task.changed"
    words: ClassVar[frozenset[str]] = frozenset({"gist"})
    task_id: int
    what: str
    person_id: int | None = None
    gist: str = ""
