"""What happens to deeds for many tickets. What each ticket became is told by its own lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dreiklang.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class BulkBegun(Event):
    code: ClassVar[str] = "bulk.begun"
    subject_kind: ClassVar[str] = "bulk"
    deed: str
    tickets: int


@dataclass(frozen=True, kw_only=True)
class BulkTakenBack(Event):
    code: ClassVar[str] = "bulk.taken_back"
    subject_kind: ClassVar[str] = "bulk"
    deed: str
