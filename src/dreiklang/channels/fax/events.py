"""What happened at the fax door. Numbers and words stand with the fax, not in the journal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dreiklang.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class FaxEvent(Event):
    """Something about a fax."""

    subject_kind: ClassVar[str] = "fax"


@dataclass(frozen=True, kw_only=True)
class FaxReceived(FaxEvent):
    """A fax came, and became words of a ticket."""

    code: ClassVar[str] = "fax.received"
    line_id: int
    ticket_id: int
    door: str


@dataclass(frozen=True, kw_only=True)
class FaxRead(FaxEvent):
    """Its pages were made pictures as far as that went."""

    code: ClassVar[str] = "fax.read"
    outcome: str
    pages: int
    shown: int


@dataclass(frozen=True, kw_only=True)
class LineChanged(Event):
    """A fax line was made or changed: which fields, never their values."""

    subject_kind: ClassVar[str] = "fax_line"
    code: ClassVar[str] = "fax_line.changed"
    changed: tuple[str, ...] = ()
