"""What every adapter can do, and the values that go through it. Nothing here knows of tickets or tables."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Protocol

from dreiklang.kernel.errors import Refusal, Unavailable
from dreiklang.kernel.outgoing import ask
from dreiklang.kernel.outgoing.asking import Reply

#: Seconds for a whole question to a service.
PATIENCE = 15.0
#: The largest file that is fetched: as large as a ticket takes.
LARGEST_FILE = 25 * 1024 * 1024
KEPT_OF_ANSWER = 500


class Unreadable(Exception):
    """What was handed to us is not what this service sends. ``code`` is a literal, ``where`` the part."""

    def __init__(self, code: str, where: str = "") -> None:
        super().__init__(code)
        self.code, self.where = code, where


class Refused(Refusal):
    """A service does not take an answer, and will not take it later either."""

    code = "refused"


class Settings(Protocol):
    """What an adapter reads of a line."""

    key: str
    ref: str
    base_url: str
    token: str
    signing_secret: str
    word: str
    mapping: dict[str, str]
    region: str


@dataclass(frozen=True, slots=True)
class Handed:
    """One call to our address: its bytes, its headers in lower case, what stood in the address."""

    body: bytes
    headers: Mapping[str, str]
    query: Mapping[str, str]
    now: datetime


@dataclass(frozen=True, slots=True)
class Media:
    """A file that the service keeps for us."""

    ref: str
    name: str
    type: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """One message from the other side. ``handle``: where answers go; ``what``: a literal for what is no text."""

    ref: str
    handle: str
    text: str = ""
    name: str = ""
    number: str = ""
    mail: str = ""
    user: str = ""
    what: str = ""
    media: Sequence[Media] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class Told:
    """What became of an answer of ours: *sent*, *delivered*, *read* or *failed*."""

    ref: str
    state: str
    problem: str = ""


@dataclass(frozen=True, slots=True)
class File:
    """A file on its way out, or fetched."""

    name: str
    type: str
    content: bytes


class Adapter:
    """How one service speaks. What a service cannot do stays as it is here."""

    kind: ClassVar[str]
    title: ClassVar[str]
    #: Fields of a line that this service needs.
    needs: ClassVar[tuple[str, ...]] = ()
    #: The most characters in one message.
    longest: ClassVar[int] = 4_000
    takes_files: ClassVar[bool] = False
    #: Whether we look for news ourselves instead of being called.
    polls: ClassVar[bool] = False
    #: Whether a word of ours is how the service shows itself, at least once.
    takes_word: ClassVar[bool] = False
    #: Whether the service vouches for the sender; a sender's number of a text message can be forged.
    proves_sender: ClassVar[bool] = True
    #: Hours after the other side's last words in which an answer is taken; 0: always.
    window_hours: ClassVar[int] = 0

    def is_genuine(self, line: Settings, handed: Handed) -> bool:
        """Whether it bears the service's signature or secret. A line without a secret believes nobody."""
        raise NotImplementedError

    def challenge(self, line: Settings, handed: Handed) -> str | None:
        """What the service wants to hear to know us; None if it asks nothing."""
        return None

    def reply(self) -> Mapping[str, Any] | None:
        """What a service shows where the call was made; None for an empty answer."""
        return None

    def read(self, line: Settings, raw: bytes) -> list[Said | Told]:
        """The messages and states in what was kept. Raises Unreadable."""
        raise NotImplementedError

    def look_up(self, line: Settings, said: Said) -> Said:
        """The same with name and mail address, where the service knows them. Raises as ``fetch``."""
        return said

    def fetch(self, line: Settings, media: Media) -> File:
        """Get a file. Raises Unavailable to try later, Refused where that is of no use."""
        raise Refused(code="no_files")

    def send(self, line: Settings, handle: str, text: str, *, key: str) -> str:
        """Send one message; its name at the service. ``key``: ours, the same at each try. Raises as ``fetch``."""
        raise NotImplementedError

    def send_file(self, line: Settings, handle: str, file: File, *, key: str) -> str:
        """Send a file in the same way."""
        raise Refused(code="no_files")

    def test(self, line: Settings) -> str:
        """Ask the service who we are there. Raises Unavailable or Refused with what it said."""
        raise NotImplementedError

    def poll(self, line: Settings, cursor: str) -> tuple[bytes, str]:
        """News since ``cursor`` in their own bytes (empty: none), and the next cursor."""
        raise NotImplementedError


def as_object(raw: bytes) -> dict[str, Any]:
    """The JSON object in some bytes. Raises Unreadable."""
    try:
        found = json.loads(raw.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError) as wrong:
        raise Unreadable("not_json") from wrong
    if not isinstance(found, dict):
        raise Unreadable("not_an_object")
    return found


def inner(found: Any, *path: str) -> dict[str, Any]:
    """The object at a path; an empty one where there is none of that shape."""
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}


def several(found: Any, name: str) -> list[dict[str, Any]]:
    """The objects in a list; whatever else stands there is left out."""
    rows = found.get(name) if isinstance(found, dict) else None
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def word(found: Any, *path: str) -> str:
    """The text or number at a path as text that the database keeps; empty where there is none."""
    value = inner(found, *path[:-1]).get(path[-1])
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value).replace("\x00", "").encode("utf-8", "replace").decode()


def call(
    url: str, *, headers: Mapping[str, str] | None = None, data: Mapping[str, Any] | None = None, method: str = "",
    body: bytes | None = None, content_type: str = "application/json",
) -> Reply:  # fmt: skip
    """Ask a service, and judge its answer. Raises Unavailable for what may pass, Refused for what will not."""
    sent = json.dumps(data).encode() if data is not None else body
    heads = {"Accept": "application/json", **({"Content-Type": content_type} if sent is not None else {})}
    reply = ask(
        url, method=method or ("GET" if sent is None else "POST"), body=sent, headers=heads | dict(headers or {}),
        timeout=PATIENCE,
    )  # fmt: skip
    return judged(reply)


def judged(reply: Reply) -> Reply:
    """The answer itself if it is a good one."""
    if 200 <= reply.status < 300:
        return reply
    said = f"{reply.status} {words_in(reply)}".strip()
    if reply.status in (401, 403):
        raise Unavailable(said, code="wrong_token")
    if reply.status in (408, 425, 429) or reply.status >= 500:
        raise Unavailable(said, code="not_now")
    raise Refused(said)


def words_in(reply: Reply) -> str:
    """What a service says of a failure, in one line."""
    try:
        found = json.loads(reply.body)
    except (ValueError, RecursionError):
        found = None
    if isinstance(found, dict):
        for path in (("error", "error_data", "details"), ("error", "message"), ("description",), ("message",),
                     ("error",), ("errcode",)):  # fmt: skip
            if told := word(found, *path):
                return told[:KEPT_OF_ANSWER]
    return " ".join(reply.body[:KEPT_OF_ANSWER].decode("utf-8", "replace").replace("\x00", " ").split())


def fetched(url: str, media: Media, *, headers: Mapping[str, str] | None = None) -> File:
    """A file at an address. Raises Refused for one that is too large, Unavailable for half a one."""
    reply = judged(ask(url, headers=headers, timeout=PATIENCE * 2, first=LARGEST_FILE + 1))
    if len(reply.body) > LARGEST_FILE:
        raise Refused(code="too_large")
    length = reply.headers.get("content-length", "")
    if length.isdigit() and int(length) != len(reply.body):
        raise Unavailable(code="broken_off")
    return File(media.name, media.type or reply.headers.get("content-type", "").partition(";")[0], reply.body)


def form_with(boundary: str, fields: Mapping[str, str], file: File, *, part: str = "file") -> bytes:
    """A form with one file (RFC 7578)."""
    name = file.name.replace('"', "'").replace("\r", " ").replace("\n", " ")
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
        for key, value in fields.items()
    ]
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="{part}"; filename="{name}"\r\n'
    head += f"Content-Type: {file.type or 'application/octet-stream'}\r\n\r\n"
    return b"".join([*parts, head.encode(), file.content, f"\r\n--{boundary}--\r\n".encode()])
