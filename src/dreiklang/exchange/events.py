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


@dataclass(frozen=True, kw_only=True)
class ErasureAsked(Event):
    """Somebody decided that a person is to be erased. ``because``: despite what stood against it."""

    code: ClassVar[str] = "erasure.asked"
    subject_kind: ClassVar[str] = "person"
    words: ClassVar[frozenset[str]] = frozenset({"because"})
    erasure_id: int
    because: str = ""


@dataclass(frozen=True, kw_only=True)
class PersonErased(Event):
    """A person is erased. ``again``: after a restore, by the register."""

    code: ClassVar[str] = "person.erased"
    subject_kind: ClassVar[str] = "person"
    erasure_id: int
    tickets: int
    lines: int = 0
    again: bool = False


@dataclass(frozen=True, kw_only=True)
class TicketEmptied(Event):
    """The words of a ticket are gone: its retention is over, or its requester was erased."""

    code: ClassVar[str] = "ticket.emptied"
    subject_kind: ClassVar[str] = "ticket"
    erasure_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class RetentionSet(Event):
    """How long words are kept was set. Team 0: for all for which nothing else holds; ``months`` 0: removed."""

    code: ClassVar[str] = "retention.set"
    subject_kind: ClassVar[str] = "team"
    months: int
    is_active: bool = False
