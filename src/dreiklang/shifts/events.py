"""What happened in the book of a team."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dreiklang.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class BookEntryWritten(Event):
    """Somebody left something to the next shift."""

    code: ClassVar[str] = "book_entry.written"
    subject_kind: ClassVar[str] = "book_entry"
    words: ClassVar[frozenset[str]] = frozenset({"gist"})
    team_id: int
    is_open: bool = False
    gist: str = ""


@dataclass(frozen=True, kw_only=True)
class BookEntryCorrected(Event):
    """Its author put an entry right."""

    code: ClassVar[str] = "book_entry.corrected"
    subject_kind: ClassVar[str] = "book_entry"
    words: ClassVar[frozenset[str]] = frozenset({"gist"})
    team_id: int
    gist: str = ""


@dataclass(frozen=True, kw_only=True)
class OpenPointSettled(Event):
    """An open point is settled."""

    code: ClassVar[str] = "book_entry.settled"
    subject_kind: ClassVar[str] = "book_entry"
    team_id: int


@dataclass(frozen=True, kw_only=True)
class OpenPointReopened(Event):
    """It was not settled after all."""

    code: ClassVar[str] = "book_entry.reopened"
    subject_kind: ClassVar[str] = "book_entry"
    team_id: int


@dataclass(frozen=True, kw_only=True)
class WorkTakenOver(Event):
    """The open tickets of somebody who is away were given to others in one go."""

    code: ClassVar[str] = "absence.work_given"
    subject_kind: ClassVar[str] = "person"
    words: ClassVar[frozenset[str]] = frozenset({"note"})
    ticket_ids: tuple[int, ...] = ()
    to_person_id: int | None = None
    note: str = ""
