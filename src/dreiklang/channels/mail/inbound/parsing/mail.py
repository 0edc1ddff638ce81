"""One mail understood: `parse_mail` turns any bytes into a `ParsedMail` and never fails."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime

from . import limits
from .addresses import Address, addresses
from .automatic import Kind, calendar_method, kind_of
from .bodies import Attachment, Bodies, read_bodies
from .bounces import BounceReport, FailedRecipient, read_bounce
from .evidence import Evidence
from .headers import clean, decoded, message_id, message_ids, moment
from .replies import split_reply
from .spam_marks import spam_flag_of
from .structure import Part, Reading, read_structure
from .subjects import SubjectLine, parse_subject

LOOP_HEADER = "X-Dreiklang-Loop"
"""Outgoing mail bears it with this instance's id; mail that comes back with it ends there (P06)."""


@dataclass(frozen=True, slots=True)
class Marks:
    """Header values the gate asks for; all are claims of the sender except what the own relay added."""

    return_path: str | None
    """Envelope sender as the relay noted it; empty string for `<>`, None if not noted."""
    auto_submitted: str
    precedence: str
    auto_response_suppress: str
    list_id: str
    loop: tuple[str, ...]
    authentication_results: tuple[str, ...]
    """Every Authentication-Results header as it stands, top first; whose word counts is the gate's decision (P18)."""
    spam_flag: str
    delivered_to: tuple[str, ...]


@dataclass(frozen=True)
class ParsedMail:
    """What the mail door understands of one mail. All text is free of null bytes and unpaired surrogates."""

    message_id: str
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    date: datetime | None
    sender: Address | None
    """From, or Reply-To, or Sender."""
    senders: tuple[Address, ...]
    """Every address in From; more than one is rare and never proven."""
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    subject: str
    text: str
    html: str
    reply_text: str
    signature: str
    attachments: tuple[Attachment, ...]
    auto: Kind
    bounce: tuple[FailedRecipient, ...]
    bounced_message_id: str
    marks: Marks
    problems: tuple[str, ...]
    seal: str
    """`signed`, `encrypted` (and not read), `decrypted` (by our own key), or nothing."""
    subject_line: SubjectLine = field(repr=False)
    seal_check: str = ""
    """What the signature is worth (`seals`): `valid`, `foreign`, `altered`, `unknown`, `partly`; empty: not checked."""
    seal_by: str = ""
    """Who signed, as their certificate or key says; the number of a key that is not known."""
    calendar_method: str = ""
    """What a calendar in it wants (RFC 5546), upper case: `REQUEST`, `REPLY`, `CANCEL`…"""

    def as_json(self, file: str) -> dict[str, object]:
        """The line that `dreiklang mail parse` prints, keys in the order of COMMANDS."""
        sender = self.sender or Address("", "")
        return {
            "file": file,
            "message_id": self.message_id,
            "date": self.date.isoformat() if self.date else None,
            "from": sender.as_json(),
            "reply_to": [address.as_json() for address in self.reply_to],
            "to": [address.as_json() for address in self.to],
            "cc": [address.as_json() for address in self.cc],
            "subject": self.subject,
            "text": self.text,
            "html": self.html,
            "reply_text": self.reply_text,
            "signature": self.signature,
            "attachments": [attachment.as_json() for attachment in self.attachments],
            "auto": self.auto.value,
            "bounce": [row.as_json() for row in self.bounce],
            "problems": list(self.problems),
        }


def parse_mail(raw: bytes) -> ParsedMail:
    """Understand the raw bytes of a mail; whatever is wrong with it is named in `problems`."""
    reading = Reading(raw)
    if not raw or raw.isspace():
        reading.note("empty")
    root = read_structure(reading)
    bodies = read_bodies(root, reading)
    from_header = _addresses(root, "from", reading)
    reply_to = _addresses(root, "reply-to", reading)
    sender = _sender(root, from_header, reply_to, reading)
    subject = _subject(root)
    evidence = Evidence(
        root=root,
        subject=subject,
        sender=sender.address if sender else (root.first("from") or "")[:500],
        sender_name=sender.name if sender else "",
        text=bodies.text,
        calendars=tuple(bodies.calendars),
        has_reply_to=bool(sender and any(address.key != sender.key for address in reply_to)),
        is_meeting=bodies.is_meeting,
    )
    auto = kind_of(evidence)
    bounce = read_bounce(evidence, reading) if auto is Kind.BOUNCE else BounceReport((), "")
    subject_line = parse_subject(subject)
    in_reply_to = message_ids(root.first("in-reply-to") or "")[: limits.REFERENCES]
    references = message_ids(root.first("references") or "")
    if len(references) > limits.REFERENCES:
        references = references[:1] + references[-limits.REFERENCES + 1 :]
    reply_text, signature = _reply(bodies, subject_line, is_answer=bool(in_reply_to or references))
    return ParsedMail(
        message_id=message_id(root.first("message-id")),
        in_reply_to=tuple(in_reply_to),
        references=tuple(references),
        date=_date(root, reading),
        sender=sender,
        senders=tuple(from_header),
        reply_to=tuple(reply_to),
        to=tuple(_addresses(root, "to", reading)),
        cc=tuple(_addresses(root, "cc", reading)),
        subject=subject,
        text=bodies.text,
        html=bodies.html,
        reply_text=reply_text,
        signature=signature,
        attachments=tuple(bodies.attachments),
        auto=auto,
        bounce=bounce.rows,
        bounced_message_id=bounce.original_message_id,
        marks=_marks(root),
        problems=tuple(reading.problems),
        seal=bodies.seal,
        subject_line=subject_line,
        calendar_method=calendar_method(evidence.calendars),
    )


def _addresses(root: Part, name: str, reading: Reading) -> list[Address]:
    found = [address for value in root.all(name)[: limits.REFERENCES] for address in addresses(value)]
    if len(found) > limits.ADDRESSES:
        reading.note("too_many_addresses")
        found = found[: limits.ADDRESSES]
    return found


def _sender(root: Part, from_header: list[Address], reply_to: list[Address], reading: Reading) -> Address | None:
    """From; else Reply-To; else Sender (in this order by COMMANDS)."""
    if len(from_header) > 1:
        reading.note("several_senders")
    if from_header:
        return from_header[0]
    reading.note("sender_missing")
    fallback = reply_to or _addresses(root, "sender", reading)
    return fallback[0] if fallback else None


def _subject(root: Part) -> str:
    return re.sub(r"[ \t]+", " ", decoded(root.first("subject") or ""))[:2_000].strip()


def _date(root: Part, reading: Reading) -> datetime | None:
    value = root.first("date")
    at = moment(value)
    if at is None:
        reading.note("date_invalid" if value else "date_missing")
    return at


def _reply(bodies: Bodies, subject: SubjectLine, *, is_answer: bool) -> tuple[str, str]:
    """What was written now, and the signature."""
    split = split_reply(bodies.marked_text, is_forward=subject.is_forward, is_answer=is_answer or subject.is_reply)
    return split.reply, split.signature


def _marks(root: Part) -> Marks:
    def one(name: str) -> str:
        return clean(root.first(name) or "")[:998]

    path = root.first("return-path")
    paths = addresses(path or "")
    return Marks(
        return_path=None if path is None else (paths[0].address if paths else ""),
        auto_submitted=one("auto-submitted").lower(),
        precedence=one("precedence").lower(),
        auto_response_suppress=one("x-auto-response-suppress"),
        list_id=one("list-id"),
        loop=tuple(clean(value)[:200] for value in root.all(LOOP_HEADER.lower())[:20]),
        authentication_results=tuple(clean(value)[:4_000] for value in root.all("authentication-results")[:50]),
        spam_flag=spam_flag_of(root),
        delivered_to=tuple(
            address.address
            for name in ("delivered-to", "x-original-to", "envelope-to")
            for value in root.all(name)[:20]
            for address in addresses(value)
        )[:50],
    )
