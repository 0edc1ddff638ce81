"""What calls send and get, shared by the modules. Unknown fields are refused (P30)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Annotated, Any, Generic, Self, TypeVar

from ninja import Schema
from pydantic import ConfigDict, Field, model_validator

T = TypeVar("T")

Words = Annotated[str, Field(max_length=1_000_000)]
Line = Annotated[str, Field(max_length=300)]
Scale = Annotated[int, Field(ge=1, le=3, description="1 high, 2 medium, 3 low")]


class Asked(Schema):
    """Base of everything a caller sends. Texts hold what can be kept: no NUL, no half of a pair of surrogates."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=False)

    @model_validator(mode="after")
    def _can_be_kept(self) -> Self:
        if any(
            "\x00" in text or (not text.isascii() and _HALF.search(text)) for text in _texts(self.__dict__.values())
        ):
            raise ValueError("A text holds characters that cannot be kept.")
        return self


_HALF = re.compile("[\ud800-\udfff]")


def _texts(values: Iterable[Any]) -> Iterator[str]:
    """Every text among some values, also within lists."""
    for value in values:
        if isinstance(value, str):
            yield value
        elif isinstance(value, list | tuple):
            yield from _texts(value)
        elif isinstance(value, dict):
            yield from _texts([*value, *value.values()])


class Page(Schema, Generic[T]):
    """A page of a list; ``next`` is the cursor of the following one, null at the end."""

    items: list[T]
    next: str | None = None


class PersonRef(Schema):
    """Somebody, in short."""

    id: int
    name: str


class TeamRef(Schema):
    """A team, in short."""

    id: int
    key: str
    name: str
    level: int


class FileRef(Schema):
    """A file that came with words."""

    id: int
    filename: str
    content_type: str
    size: int
    sha256: str


class TicketOut(Schema):
    """A ticket as a list shows it."""

    number: int
    version: int
    kind: str
    subject: str
    state: str
    state_group: str
    language: str
    channel: str
    priority: int
    impact: int
    urgency: int
    level: int
    team: TeamRef | None
    assignee: PersonRef | None
    requester: PersonRef
    customer_id: int
    category: str | None
    service: str | None
    affected_people: int | None
    awaits_acceptance: bool
    is_direct: bool
    opened_at: datetime
    changed_at: datetime
    resolved_at: datetime | None
    closed_at: datetime | None
    returns_at: datetime | None
