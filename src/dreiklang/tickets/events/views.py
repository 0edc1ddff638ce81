"""What happens to views."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dreiklang.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class ViewMade(Event):
    code: ClassVar[str] = "view.made"
    subject_kind: ClassVar[str] = "view"
    audience: str
    copied_from_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class ViewChanged(Event):
    code: ClassVar[str] = "view.changed"
    subject_kind: ClassVar[str] = "view"
    audience: str
    changed: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ViewRemoved(Event):
    code: ClassVar[str] = "view.removed"
    subject_kind: ClassVar[str] = "view"


@dataclass(frozen=True, kw_only=True)
class ViewRestored(Event):
    code: ClassVar[str] = "view.restored"
    subject_kind: ClassVar[str] = "view"
