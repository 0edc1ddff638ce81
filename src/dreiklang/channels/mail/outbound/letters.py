"""A letter as a plain value, and its bytes. No header can be broken out of (P37). Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from email import encoders
from email.charset import QP, Charset
from email.header import Header
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.policy import compat32
from email.utils import format_datetime

from dreiklang.communication.rules import header_safe

REPLIED, GENERATED = "auto-replied", "auto-generated"

_POLICY = compat32.clone(linesep="\r\n", max_line_length=200)  # a Message-ID is never folded
_UTF8 = Charset("utf-8")
_UTF8.body_encoding = QP
_TYPE = re.compile(r"([a-z0-9][a-z0-9.+-]{0,60})/([a-z0-9][a-z0-9.+-]{0,60})")
_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[^\s@<>()\[\],;:\\\"]{1,253}")
_WORDS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")


@dataclass(frozen=True, slots=True)
class Mailed:
    """Somebody with a mail address."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A file that goes with the letter; with a ``content_id`` it is a picture inside the HTML."""

    filename: str
    content_type: str
    content: bytes
    content_id: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """Everything a mail says, before it becomes bytes."""

    sender: Mailed
    to: tuple[Mailed, ...]
    subject: str
    text: str
    html: str
    message_id: str
    at: datetime
    mark: str
    envelope_from: str
    cc: tuple[Mailed, ...] = ()
    reply_to: str = ""
    answers: str = ""
    chain: tuple[str, ...] = ()
    automatic: str = ""
    enclosed: tuple[Enclosed, ...] = ()
    calendar: str = ""
    calendar_method: str = ""

    @property
    def recipients(self) -> tuple[str, ...]:
        """Every address the letter goes to, once."""
        return tuple(dict.fromkeys(one.address for one in (*self.to, *self.cc)))


def sendable(address: str) -> str:
    """An address as servers take it, its domain in ASCII (IDNA); empty if it is none a mail can go to."""
    address = address.strip()
    if not _ADDRESS.fullmatch(address):
        return ""
    local, _at, domain = address.rpartition("@")
    try:
        return f"{local}@{domain.encode('idna').decode('ascii').lower()}"
    except UnicodeError:
        return ""


def as_bytes(letter: Letter) -> bytes:
    """The mail as it goes over the wire: seven bits, CR LF."""
    mail = _content(letter)
    mail["From"] = _shown(letter.sender)
    mail["To"] = ", ".join(_shown(one) for one in letter.to)
    if letter.cc:
        mail["Cc"] = ", ".join(_shown(one) for one in letter.cc)
    if letter.reply_to:
        mail["Reply-To"] = _plain(letter.reply_to)
    mail["Subject"] = _encoded(letter.subject, "Subject")
    mail["Date"] = format_datetime(letter.at)
    mail["Message-ID"] = f"<{_plain(letter.message_id)}>"
    if letter.answers:
        mail["In-Reply-To"] = f"<{_plain(letter.answers)}>"
    if letter.chain:
        mail["References"] = "\r\n ".join(f"<{_plain(one)}>" for one in letter.chain)
    if letter.automatic:  # RFC 3834; the second is what Exchange and Outlook heed
        mail["Auto-Submitted"] = letter.automatic
        mail["X-Auto-Response-Suppress"] = "All"
        mail["X-Dreiklang-Loop"] = letter.mark
    return mail.as_bytes(policy=_POLICY)


def _content(letter: Letter) -> MIMEBase:
    inside = [one for one in letter.enclosed if one.content_id]
    beside = [one for one in letter.enclosed if not one.content_id]
    html: MIMEBase = _text(letter.html, "html")
    if inside:
        html = MIMEMultipart("related", _subparts=[html, *(_file(one) for one in inside)], type="text/html")
    shapes = [_text(letter.text, "plain"), html]
    if letter.calendar:  # the last alternative: what calendars take, and mail programs offer to accept (RFC 6047)
        shapes.append(_text(letter.calendar, "calendar", method=letter.calendar_method))
    both = MIMEMultipart("alternative", _subparts=shapes)
    return MIMEMultipart("mixed", _subparts=[both, *(_file(one) for one in beside)]) if beside else both


def _text(text: str, subtype: str, *, method: str = "") -> MIMEBase:
    part = MIMENonMultipart("text", subtype, charset="utf-8")
    if method:
        part.set_param("method", method)
    part.set_payload(text.encode("utf-8", "replace").decode("utf-8"), _UTF8)
    return part


def _file(file: Enclosed) -> MIMEBase:
    kind = _TYPE.fullmatch(file.content_type.lower())
    if kind is None or kind[1] in ("multipart", "message"):
        part = MIMEBase("application", "octet-stream")
    else:
        part = MIMEBase(kind[1], kind[2])
    part.set_payload(file.content)
    encoders.encode_base64(part)
    name = header_safe(file.filename)
    how = "inline" if file.content_id else "attachment"
    part.add_header("Content-Disposition", how, filename=name if name.isascii() else ("utf-8", "", name))
    if file.content_id:
        part["Content-ID"] = f"<{_plain(file.content_id)}>"
    return part


def _shown(one: Mailed) -> str:
    """Name and address; a name never has a syntax of its own."""
    name = header_safe(one.name)[:120]
    if not name or name == one.address:
        return f"<{_plain(one.address)}>" if name else _plain(one.address)
    if _WORDS.fullmatch(name):
        return f"{name} <{_plain(one.address)}>"
    if name.isascii() and '"' not in name and "\\" not in name and "=?" not in name:
        return f'"{name}" <{_plain(one.address)}>'
    return f"{_encoded(name, 'From', always=True)} <{_plain(one.address)}>"


def _encoded(text: str, header: str, *, always: bool = False) -> str:
    """Words for a header: as they are if ASCII, else as encoded words (RFC 2047)."""
    text = header_safe(text.encode("utf-8", "replace").decode("utf-8"))
    if text.isascii() and "=?" not in text and not always:
        return text
    return Header(text, "utf-8", header_name=header).encode(linesep="\r\n")


def _plain(token: str) -> str:
    """A token of a header (address, Message-ID) without anything that could end it."""
    return "".join(c for c in token if "\x20" < c < "\x7f" and c not in "<>")
