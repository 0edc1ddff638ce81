"""News about telling people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dreiklang.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class PersonsNotified(Event):
    """Some persons were told of a line about a ticket. ``mailed``: those among them who get a mail too."""

    code: ClassVar[str] = "notification.made"
    subject_kind: ClassVar[str] = "ticket"
    kind: str
    line_id: int
    persons: tuple[int, ...] = ()
    mailed: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class TemplateChanged(Event):
    """The desk's wording of a mail is another one now."""

    code: ClassVar[str] = "template.changed"
    subject_kind: ClassVar[str] = "template"
    key: str
    language: str
