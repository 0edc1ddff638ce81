"""What happened to configuration items."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dreiklang.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class ItemEvent(Event):
    """Base: something happened to a configuration item."""

    subject_kind: ClassVar[str] = "item"


@dataclass(frozen=True, kw_only=True)
class ItemMade(ItemEvent):
    code: ClassVar[str] = "item.made"
    kind: str
    name: str


@dataclass(frozen=True, kw_only=True)
class ItemChanged(ItemEvent):
    code: ClassVar[str] = "item.changed"
    changed: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ItemRetired(ItemEvent):
    code: ClassVar[str] = "item.retired"


@dataclass(frozen=True, kw_only=True)
class ItemRevived(ItemEvent):
    code: ClassVar[str] = "item.revived"


@dataclass(frozen=True, kw_only=True)
class ItemsImported(Event):
    """A list of services was read; the subject is the organisation of who did it."""

    code: ClassVar[str] = "items.imported"
    subject_kind: ClassVar[str] = "organization"
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
