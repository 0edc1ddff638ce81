"""What happens to own fields: their making, and what is written into them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dreiklang.kernel.events import Event
from dreiklang.tickets.events.kind import TicketEvent


@dataclass(frozen=True, kw_only=True)
class OwnFieldChanged(Event):
    """``changed``: made, deleted, restored, or names of what is new."""

    code: ClassVar[str] = "own_field.changed"
    subject_kind: ClassVar[str] = "own_field"
    changed: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class OwnValuesKept(TicketEvent):
    """``fields``: the ids of what was written; ``former`` and ``values`` by key, as texts, lie beside the line."""

    code: ClassVar[str] = "own_values.kept"
    words: ClassVar[frozenset[str]] = frozenset({"former", "values"})
    fields: tuple[int, ...]
    former: dict[str, str]
    values: dict[str, str]
