"""What happens between tickets, and to the words and colleagues around them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dreiklang.kernel.events import Event
from dreiklang.tickets.events.kind import TicketEvent


@dataclass(frozen=True, kw_only=True)
class TicketTagged(TicketEvent):
    code: ClassVar[str] = "ticket.tagged"
    words: ClassVar[frozenset[str]] = frozenset({"name"})
    tag_id: int
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class TicketUntagged(TicketEvent):
    code: ClassVar[str] = "ticket.untagged"
    words: ClassVar[frozenset[str]] = frozenset({"name"})
    tag_id: int
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class TagChanged(Event):
    """A tag as such: ``renamed``, ``merged`` (into ``into_id``) or ``deleted``; ``tickets`` bore it then."""

    code: ClassVar[str] = "tag.changed"
    subject_kind: ClassVar[str] = "tag"
    words: ClassVar[frozenset[str]] = frozenset({"name", "former"})
    what: str
    into_id: int | None = None
    tickets: int = 0
    former: str = ""
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class TicketLinked(TicketEvent):
    """``is_origin``: the link is read from this ticket to the other one."""

    code: ClassVar[str] = "ticket.linked"
    link_id: int
    kind: str
    other_id: int
    other_number: int
    is_origin: bool = True


@dataclass(frozen=True, kw_only=True)
class TicketUnlinked(TicketEvent):
    code: ClassVar[str] = "ticket.unlinked"
    link_id: int
    kind: str
    other_id: int
    other_number: int
    is_origin: bool = True


@dataclass(frozen=True, kw_only=True)
class TicketFollowed(TicketEvent):
    code: ClassVar[str] = "ticket.followed"
    person_id: int


@dataclass(frozen=True, kw_only=True)
class TicketUnfollowed(TicketEvent):
    code: ClassVar[str] = "ticket.unfollowed"
    person_id: int
