"""How our mails are told again when somebody answers them: Message-IDs, reply addresses, the tag in the subject. Pure.

- A *Message-ID* of ours is ``dreiklang.{thread}.{nonce}.{mark}@{host}``: random words and the mark of the epoch, never
  a row's number (P20). It says which thread an answer belongs to, but it is no key: whoever was shown a mail can quote
  its References, so the gate asks besides who is writing (P16).
- A *token* (128 bits) in the reply address ``desk+t{token}@…`` is a key: only who got the mail, or
  was handed it, has it.
- For mails to agents the thread word of the Message-ID is the token bound to that person and ticket (P17).
- The *tag* ``[#10023]`` in the subject is a claim for people to read.

Ids stand here without angle brackets, as the parser gives them; headers need ``<`` and ``>`` around them.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

#: What a thread is for: the requester's side, a third party, an agent's notes.
REQUESTER, PARTY, NOTE = "requester", "party", "note"
PURPOSES: Final = (REQUESTER, PARTY, NOTE)

_OWN_ID = re.compile(r"dreiklang\.([0-9a-f]{32})\.([0-9a-f]{8,32})\.([0-9a-f]{12})@([a-z0-9.-]{1,253})", re.IGNORECASE)
_PLUS = re.compile(r"\+t([0-9a-f]{32})$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class OwnId:
    """A Message-ID of the shape we give, taken apart."""

    thread: str
    nonce: str
    mark: str
    host: str


def new_token() -> str:
    """128 random bits as 32 hexadecimal digits: mail addresses do not keep upper and lower case apart."""
    return secrets.token_hex(16)


def make_message_id(*, mark: str, host: str, thread: str = "") -> str:
    """A new Message-ID (without brackets). ``thread``: the token of a note thread, else left to chance.

    ``mark`` is the instance's epoch mark, ``host`` the domain of the mailbox it is sent from.
    """
    return f"dreiklang.{thread or new_token()}.{secrets.token_hex(4)}.{mark}@{host.lower()}"


def parse_message_id(message_id: str) -> OwnId | None:
    """A Message-ID of our shape taken apart; None for everybody else's. The shape alone proves nothing."""
    found = _OWN_ID.fullmatch(message_id.strip().strip("<>"))
    if found is None:
        return None
    thread, nonce, mark, host = (part.lower() for part in found.groups())
    return OwnId(thread, nonce, mark, host)


def reply_address(address: str, token: str) -> str:
    """The mailbox's address with a token, for Reply-To: ``desk@firm.example`` → ``desk+t…@firm.example``."""
    local, _at, domain = address.rpartition("@")
    return f"{local}+t{token}@{domain}"


def token_in(address: str) -> str:
    """The token in an address, empty if there is none."""
    found = _PLUS.search(address.rpartition("@")[0])
    return found.group(1).lower() if found else ""


def tokens_in(addresses: Iterable[str]) -> tuple[str, ...]:
    """The tokens in some addresses, each once, in their order."""
    return tuple(dict.fromkeys(token for token in map(token_in, addresses) if token))


def plain_address(address: str) -> str:
    """The address of the mailbox itself: lower case, without our token and without any other ``+detail``."""
    local, _at, domain = address.strip().lower().rpartition("@")
    return f"{local.partition('+')[0] or local}@{domain}"


def host_of(address: str) -> str:
    """The domain that stands in the Message-IDs of a mailbox."""
    return address.rpartition("@")[2].lower() or "localhost"


def subject_tag(number: int) -> str:
    """The ticket's number as it stands in the subject of our mails."""
    return f"[#{number}]"


def tagged_subject(subject: str, number: int) -> str:
    """A subject with the ticket's tag in front, once."""
    tag = subject_tag(number)
    return subject if tag in subject else f"{tag} {subject}".strip()
