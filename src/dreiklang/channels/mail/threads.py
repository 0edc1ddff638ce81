"""How a mail of ours can be recognised when it is answered: tokens, Message-IDs, the number in the subject. Pure.

A token is 128 random bits, made per ticket and party and bound to the instance's epoch (P16, P20); a ticket number
opens nothing. The token travels in our Message-IDs, so that In-Reply-To and References bring it back, and in the
plus part of Reply-To where the mailbox allows that.
"""

from __future__ import annotations

import base64
import re
import secrets
from dataclasses import dataclass

TOKEN_LENGTH = 26
_TOKEN = r"[a-z2-7]{26}"  # noqa: S105 - a pattern, not a secret
_MESSAGE_ID = re.compile(rf"<?dk\.({_TOKEN})\.([a-z2-7]{{4,32}})\.([0-9a-f]{{12}})@([^\s<>@]{{1,253}})>?")
_PLUS = re.compile(rf"\+({_TOKEN})@")


@dataclass(frozen=True)
class OwnMessageId:
    """What one of our Message-IDs tells: the thread's token, the instance's mark, the host it was given for."""

    token: str
    nonce: str
    mark: str
    host: str


def new_token() -> str:
    """A fresh token of 128 random bits, in lower-case base 32 (it must survive mail systems that change case)."""
    return base64.b32encode(secrets.token_bytes(16)).decode().rstrip("=").lower()


def make_message_id(token: str, mark: str, host: str) -> str:
    """A Message-ID for a mail of ours, with angle brackets; unique by a nonce of its own."""
    nonce = base64.b32encode(secrets.token_bytes(8)).decode().rstrip("=").lower()
    return f"<dk.{token}.{nonce}.{mark}@{host}>"


def own_message_ids(text: str) -> list[OwnMessageId]:
    """The Message-IDs of ours in a header such as References, in their order."""
    return [OwnMessageId(*found.groups()) for found in _MESSAGE_ID.finditer(text.lower())]


def plus_address(mailbox: str, token: str) -> str:
    """The mailbox's address with the token in its plus part."""
    local, _at, domain = mailbox.rpartition("@")
    return f"{local}+{token}@{domain}"


def plus_token(address: str) -> str | None:
    """The token in the plus part of an address, if there is one."""
    found = _PLUS.search(address.lower())
    return found[1] if found else None


def subject_tag(number: int) -> str:
    """The ticket's number as it stands in subjects: for people's eyes, it opens nothing."""
    return f"[#{number}]"


def tagged_subject(subject: str, number: int) -> str:
    """A subject with the ticket's number in it once."""
    tag = subject_tag(number)
    return subject if tag in subject else f"{subject} {tag}"
