"""What calls send and get, shared by the modules. Unknown fields are refused (P30)."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Annotated, Any, Generic, Self, TypeVar

from django.db.models import QuerySet
from ninja import Schema
from pydantic import ConfigDict, Field, model_validator

from dreiklang.api.deferring import defer
from dreiklang.kernel.errors import Invalid
from dreiklang.tickets.commands.attaching import Upload

defer()

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


def given(asked: Asked, *, null: str | Sequence[str] = ()) -> dict[str, Any]:
    """The fields that a change names. Null says nothing, but for those fields that may be emptied by it."""
    may_be_null = {null} if isinstance(null, str) else set(null)
    named = asked.model_dump(exclude_unset=True)
    return {name: value for name, value in named.items() if value is not None or name in may_be_null}


class FileIn(Asked):
    """A file that goes with words: at most 25 MB. ``content`` is Base64."""

    filename: Annotated[str, Field(max_length=255)]
    content_type: Annotated[str, Field(max_length=127)] = "application/octet-stream"
    content: Annotated[str, Field(max_length=35_000_000, json_schema_extra={"contentEncoding": "base64"})]


#: Files that go with words.
Files = Annotated[list[FileIn], Field(max_length=20)]


def uploads(sent: Iterable[FileIn]) -> list[Upload]:
    """Sent files as commands take them. Raises Invalid if one is not Base64."""
    try:
        return [Upload(f.filename, f.content_type, base64.b64decode(f.content, validate=True)) for f in sent]
    except (binascii.Error, ValueError) as wrong:
        raise Invalid({"attachments": ["The content of a file is sent as Base64."]}) from wrong


class Page(Schema, Generic[T]):
    """A page of a list; ``next`` is the cursor of the following one, null at the end."""

    items: list[T]
    next: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _short_list(cls, values: Any) -> Any:
        """A list that is short by its nature (what hangs on one ticket) is one page."""
        given = getattr(values, "_obj", values)
        return {"items": given, "next": None} if isinstance(given, list | QuerySet) else values


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
