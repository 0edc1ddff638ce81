"""What Outlook packed into `winmail.dat`: files, text and the kind of the message ([MS-OXTNEF], [MS-OXCDATA]).

A stream is a signature, a key and attributes; two of them carry MAPI properties, where the long names and the HTML
stand. Lengths are checked against what is there, so that a damaged stream gives what can be read of it.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage

from . import limits
from .charsets import text_of
from .filenames import safe_filename
from .rtf import rtf_of, text_from_rtf

_SIGNATURE = 0x223E9F78
_BEGIN_ATTACHMENT = 0x9002
_MESSAGE_CLASS, _SUBJECT, _BODY, _MESSAGE_PROPERTIES, _CODEPAGE = 0x8008, 0x8004, 0x800C, 0x9003, 0x9007
_FILE_TITLE, _FILE_DATA, _FILE_PROPERTIES = 0x8010, 0x800F, 0x9005
_PLAIN, _RTF, _HTML, _SUBJECT_PROPERTY = 0x1000, 0x1009, 0x1013, 0x0037
_LONG_NAME, _SHORT_NAME, _DISPLAY_NAME, _MIME, _CONTENT_ID, _OBJECT = 0x3707, 0x3704, 0x3001, 0x370E, 0x3712, 0x3701
_FIXED = {0x02: 4, 0x03: 4, 0x04: 4, 0x0A: 4, 0x0B: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x14: 8, 0x40: 8, 0x48: 16}
_OF_ANY_LENGTH = {0x0D, 0x1E, 0x1F, 0x102}
_MULTIPLE = 0x1000
_INTERFACE_BYTES = 16
_DEEPEST = 3


@dataclass(slots=True)
class PackedFile:
    """One file of the stream; `inner` is set where it is a message of its own."""

    name: str = ""
    content: bytes = b""
    content_type: str = ""
    content_id: str = ""
    inner: PackedMessage | None = None


@dataclass(slots=True)
class PackedMessage:
    """What could be read."""

    message_class: str = ""
    subject: str = ""
    text: str = ""
    html: str = ""
    files: list[PackedFile] = field(default_factory=list)

    @property
    def is_meeting(self) -> bool:
        """A request, answer or cancellation of a meeting."""
        kind = self.message_class.lower()
        return kind.startswith(("ipm.schedule.meeting", "ipm.microsoft schedule.mtg"))


def unpacked(content: bytes, depth: int = 0) -> PackedMessage | None:
    """The message in a TNEF stream, or None if it is no such stream or nothing in it can be read."""
    if len(content) < 6 or struct.unpack_from("<I", content)[0] != _SIGNATURE:
        return None
    message = PackedMessage()
    charset, rtf, is_readable = "cp1252", b"", False
    for number, data in _attributes(content):
        is_readable = True
        if number == _CODEPAGE and len(data) >= 4:
            charset = f"cp{struct.unpack_from('<I', data)[0]}"
        elif number == _MESSAGE_CLASS:
            message.message_class = _text(data, "ascii")
        elif number == _SUBJECT:
            message.subject = message.subject or _text(data, charset)
        elif number == _BODY:
            message.text = message.text or _text(data, charset)
        elif number == _MESSAGE_PROPERTIES:
            rtf = _take_message(message, dict(_properties(data)), charset) or rtf
        elif number == _BEGIN_ATTACHMENT:
            if len(message.files) >= limits.PARTS:
                break
            message.files.append(PackedFile())
        elif message.files:
            _take_file(message.files[-1], number, data, charset, depth)
    if rtf and not (message.text.strip() or message.html.strip()):
        message.text = text_from_rtf(rtf_of(rtf))
    message.files = [one for one in message.files if one.content or one.inner or one.name]
    return message if is_readable else None


def mail_of(message: PackedMessage) -> bytes:
    """A message inside a message as a mail, so that it is shown like any forwarded one."""
    mail = EmailMessage()
    mail["Subject"] = " ".join(message.subject.split())[:500]
    mail.set_content(message.text.replace("\0", ""))
    if message.html:
        mail.add_alternative(message.html.replace("\0", ""), subtype="html")
    for one in message.files:
        content = mail_of(one.inner) if one.inner else one.content
        name = safe_filename(one.name) or "attachment"
        mail.add_attachment(content, "application", "octet-stream", filename=f"{name}.eml" if one.inner else name)
    return mail.as_bytes()


def _attributes(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Number and data of each attribute; checksums are not asked, because writers get them wrong."""
    at = 6
    while at + 9 <= len(content):
        level, number, _kind, length = struct.unpack_from("<BHHI", content, at)
        if level not in {1, 2} or at + 9 + length > len(content):
            return
        yield number, content[at + 9 : at + 9 + length]
        at += 9 + length + 2


def _take_message(message: PackedMessage, properties: dict[int, list[bytes]], charset: str) -> bytes:
    """Subject, text and HTML; returns the packed RTF."""
    message.subject = _said(properties, _SUBJECT_PROPERTY, charset) or message.subject
    message.text = _said(properties, _PLAIN, charset) or message.text
    html = properties.get(_HTML)
    if html:
        message.html = text_of(html[0][1:].rstrip(b"\0"), charset)[0]
    rtf = properties.get(_RTF)
    return rtf[0][1:] if rtf else b""


def _take_file(file: PackedFile, number: int, data: bytes, charset: str, depth: int) -> None:
    if number == _FILE_TITLE:
        file.name = file.name or _text(data, charset)
    elif number == _FILE_DATA:
        file.content = data
    elif number == _FILE_PROPERTIES:
        properties = dict(_properties(data))
        names = (_said(properties, number, charset) for number in (_LONG_NAME, _SHORT_NAME, _DISPLAY_NAME))
        file.name = next((name for name in names if name), file.name)
        file.content_type = _said(properties, _MIME, charset).lower()
        file.content_id = _said(properties, _CONTENT_ID, charset)
        packed = properties.get(_OBJECT)
        if packed:
            content = packed[0][1 + _INTERFACE_BYTES :]
            file.inner = unpacked(content, depth + 1) if depth < _DEEPEST else None
            file.content = b"" if file.inner else file.content or content


def _properties(data: bytes) -> Iterator[tuple[int, list[bytes]]]:
    """Number and values of each MAPI property; a value is one byte for its type and then its bytes."""
    reader = _Bytes(data)
    try:
        for _each in range(reader.number()):
            kind, number = struct.unpack("<HH", reader.take(4))
            if number >= 0x8000:
                reader.skip_name()
            yield number, list(reader.values(kind))
    except (struct.error, EOFError):
        return


class _Bytes:
    """Takes one value after the other, each padded to four bytes."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def take(self, length: int) -> bytes:
        if length < 0 or self.at + length > len(self.data):
            raise EOFError
        taken = self.data[self.at : self.at + length]
        self.at += length + (-length) % 4
        return taken

    def number(self) -> int:
        return int(struct.unpack("<I", self.take(4))[0])

    def skip_name(self) -> None:
        """A named property: a GUID, and a number or a text."""
        self.take(16)
        self.take(4 if self.number() == 0 else self.number())

    def values(self, kind: int) -> Iterator[bytes]:
        plain = kind & ~_MULTIPLE
        mark = bytes([plain & 0xFF])
        if plain in _OF_ANY_LENGTH:
            for _each in range(self.number()):
                yield mark + self.take(self.number())
            return
        if plain not in _FIXED:
            raise EOFError
        for _each in range(self.number() if kind & _MULTIPLE else 1):
            yield mark + self.take(_FIXED[plain])


def _said(properties: dict[int, list[bytes]], number: int, charset: str) -> str:
    values = properties.get(number)
    if not values:
        return ""
    return _text(values[0][1:], "utf-16-le" if values[0][:1] == b"\x1f" else charset)


def _text(data: bytes, charset: str) -> str:
    if charset == "utf-16-le":
        return data.decode("utf-16-le", "replace").rstrip("\0")
    return text_of(data.rstrip(b"\0"), charset)[0]
