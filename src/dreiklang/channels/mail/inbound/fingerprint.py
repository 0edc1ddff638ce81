"""Telling the same mail by its bytes, before anything is parsed (P01, P05). Pure; cannot fail on any input."""

from __future__ import annotations

import hashlib
import re

#: What a mail keeps on every way it takes; the lines of relays (Received, Delivered-To …) differ from way to way.
_KEPT = re.compile(
    rb"^(from|to|cc|subject|date|content-type|content-transfer-encoding|in-reply-to|references):(.*(?:\r?\n[ \t].*)*)",
    re.IGNORECASE | re.MULTILINE,
)
_MESSAGE_ID = re.compile(rb"^message-id:[ \t]*(?:\r?\n[ \t]+)*([^\r\n]*)", re.IGNORECASE | re.MULTILINE)
_HEADER_END = re.compile(rb"\r?\n\r?\n")
_LARGEST_HEADER = 262_144


def plain_message_id(raw: bytes) -> str:
    """The Message-ID as it stands in the header, without brackets; empty if there is none."""
    found = _MESSAGE_ID.search(_header(raw)[0])
    return found.group(1).strip().strip(b"<>").decode("ascii", "replace").replace("\x00", "")[:250] if found else ""


def delivery_key(raw: bytes, mailbox: str) -> bytes:
    """Digest of mailbox, Message-ID and content: equal for one mail that is delivered or fetched twice.

    Line ends, blanks at the end and the headers that relays add do not count. A mail without Message-ID counts as the
    same only if all its bytes are.
    """
    message_id = plain_message_id(raw)
    digest = hashlib.sha256(mailbox.lower().encode("utf-8", "replace") + b"\0")
    if not message_id:
        digest.update(b"bytes\0" + raw)
        return digest.digest()
    header, body = _header(raw)
    digest.update(message_id.encode("utf-8", "replace") + b"\0")
    for name, value in sorted(_KEPT.findall(header)):
        digest.update(name.lower() + b":" + b" ".join(value.split()) + b"\n")
    digest.update(b"\0" + (body.replace(b"\r\n", b"\n") if b"\r\n" in body else body).rstrip())
    return digest.digest()


def _header(raw: bytes) -> tuple[bytes, bytes]:
    found = _HEADER_END.search(raw, 0, _LARGEST_HEADER)
    return (raw[: found.start() + 1], raw[found.end() :]) if found else (raw[:_LARGEST_HEADER], raw)
