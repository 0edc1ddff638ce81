"""What happened to imports and disclosures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dreiklang.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class ImportEvent(Event):
    """Base: what happened to an import."""

    subject_kind: ClassVar[str] = "import"


@dataclass(frozen=True, kw_only=True)
class ImportPrepared(ImportEvent):
    """A file was chosen, or what its columns mean was changed. Nothing is written yet."""

    code: ClassVar[str] = "import.prepared"
    words: ClassVar[frozenset[str]] = frozenset({"filename"})
    kind: str
    filename: str = ""


@dataclass(frozen=True, kw_only=True)
class ImportBegun(ImportEvent):
    """Its lines become what they say."""

    code: ClassVar[str] = "import.begun"
    words: ClassVar[frozenset[str]] = frozenset({"filename"})
    kind: str
    filename: str = ""


@dataclass(frozen=True, kw_only=True)
class ImportFinished(ImportEvent):
    """All of its lines are through."""

    code: ClassVar[str] = "import.finished"
    kind: str
    made: int
    refused: int


@dataclass(frozen=True, kw_only=True)
class ImportTakenBack(ImportEvent):
    """Somebody wants it undone."""

    code: ClassVar[str] = "import.taken_back"
    kind: str


@dataclass(frozen=True, kw_only=True)
class ImportForgotten(ImportEvent):
    """A file that was looked at and never read in."""

    code: ClassVar[str] = "import.forgotten"
    kind: str


@dataclass(frozen=True, kw_only=True)
class DisclosureAsked(Event):
    """Somebody wants what the desk holds about a person. ``by_self``: the person."""

    code: ClassVar[str] = "disclosure.asked"
    subject_kind: ClassVar[str] = "person"
    disclosure_id: int
    by_self: bool = False
    with_inside: bool = False


@dataclass(frozen=True, kw_only=True)
class DisclosureMade(Event):
    """It was put together and can be fetched by whoever asked."""

    code: ClassVar[str] = "disclosure.made"
    subject_kind: ClassVar[str] = "person"
    disclosure_id: int
    tickets: int


@dataclass(frozen=True, kw_only=True)
class DisclosureFetched(Event):
    """Whoever asked for it has it."""

    code: ClassVar[str] = "disclosure.fetched"
    subject_kind: ClassVar[str] = "person"
    disclosure_id: int
