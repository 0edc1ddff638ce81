"""What happened in the catalogue. Orders are news about their ticket; entries speak for themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dreiklang.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class EntryChanged(Event):
    """An entry was made, changed, withdrawn or offered again."""

    subject_kind: ClassVar[str] = "catalog_entry"
    code: ClassVar[str] = "catalog.entry_changed"
    what: str
    number: int


@dataclass(frozen=True, kw_only=True)
class RequestEvent(Event):
    """Something about an order; ``gist`` names the entry, or the step."""

    subject_kind: ClassVar[str] = "ticket"
    words: ClassVar[frozenset[str]] = frozenset({"gist"})
    request_id: int
    gist: str = ""


@dataclass(frozen=True, kw_only=True)
class RequestMade(RequestEvent):
    """Somebody ordered something, perhaps for somebody else."""

    code: ClassVar[str] = "request.made"
    entry_id: int
    version_number: int
    person_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class StepBegun(RequestEvent):
    """A step became tasks of the ticket."""

    code: ClassVar[str] = "request.step_begun"
    number: int


@dataclass(frozen=True, kw_only=True)
class RequestSettled(RequestEvent):
    """It is *done*, *refused* or *cancelled*."""

    code: ClassVar[str] = "request.settled"
    state: str


@dataclass(frozen=True, kw_only=True)
class RequestWentOn(RequestEvent):
    """Somebody let it go on without the yes that was asked for; ``gist`` says why."""

    code: ClassVar[str] = "request.went_on"
