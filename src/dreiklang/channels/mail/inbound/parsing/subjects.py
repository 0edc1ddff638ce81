"""Subjects: reply prefixes of many mail programs taken off, ticket numbers and thread tokens found."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_NAMES_OF_REPLY_PREFIXES = "re aw antw antwort antwoord sv vs vá rif ref odp ynt res betr bls r svar vast y"
REPLY_PREFIXES: Final = frozenset(_NAMES_OF_REPLY_PREFIXES.split())
_NAMES_OF_FORWARD_PREFIXES = (
    "wg fw fwd weitergeleitet weiterl wtr tr vb fs vl rv enc pd i doorst továbbítás tfwd ilt videresendt"
)
FORWARD_PREFIXES: Final = frozenset(_NAMES_OF_FORWARD_PREFIXES.split())
_PREFIX = re.compile(r"\s*([^\W\d_]{1,14})\.?\s?(?:\[\d{1,3}\]|\(\d{1,3}\)|\^\d{1,3}|\d{1,2})?\s?[:：]\s*", re.UNICODE)
_TAG = re.compile(r"\[\s*#\s?(\d{1,12})(?:[ /·-]+([A-Za-z0-9_-]{16,64}))?\s*\]")
_LOOSE_NUMBER = re.compile(r"(?<![\w#&/])#\s?(\d{3,12})(?!\w)")
_WORD_NUMBER = re.compile(
    r"\b(?:ticket|vorgang|vorgangs|incident|case)[ -]?(?:nummer|number|nr|no|id)?\.?\s?[:#]?\s?#?(\d{3,12})(?!\w)",
    re.IGNORECASE,
)
_SINGLE = frozenset({"r", "y", "i"})


@dataclass(frozen=True, slots=True)
class SubjectLine:
    """A subject taken apart."""

    topic: str
    """What it is about, without prefixes and without our tag."""
    is_reply: bool
    """A reply prefix was the outermost one."""
    is_forward: bool
    """A forwarding prefix was the outermost one."""
    numbers: tuple[str, ...]
    """Ticket numbers it claims, tags first."""
    token: str
    """The random part of our tag; empty if there is none."""


def parse_subject(subject: str) -> SubjectLine:
    """Take a decoded subject apart; every prefix in any order and number is removed from the front."""
    subject = re.sub(r"\s+", " ", subject[:2_000]).strip()
    token = next((m.group(2) for m in _TAG.finditer(subject) if m.group(2)), "")
    numbers = find_ticket_numbers(subject)
    rest, first = subject, ""
    while True:
        without_tag = _leading_tag_removed(rest)
        found = _PREFIX.match(without_tag)
        word = found.group(1).lower() if found else ""
        if found is None or word not in REPLY_PREFIXES | FORWARD_PREFIXES:
            break
        if word in _SINGLE and not rest[: found.end()].strip().isupper():
            break
        first = first or word
        rest = without_tag[found.end() :]
    topic = re.sub(r"\s+", " ", _TAG.sub(" ", rest)).strip()
    return SubjectLine(topic, first in REPLY_PREFIXES, first in FORWARD_PREFIXES, numbers, token)


def _leading_tag_removed(text: str) -> str:
    found = re.match(r"\s*", text)
    tag = _TAG.match(text, found.end() if found else 0)
    return text[tag.end() :] if tag else text


def normalised_subject(subject: str) -> str:
    """The topic alone, for titles and for comparing two subjects."""
    return parse_subject(subject).topic


def find_ticket_numbers(subject: str) -> tuple[str, ...]:
    """Numbers a subject claims: `[#20417]`, `[#20417 token]`, `#20417`, 'Ticket 20417'; tags come first.

    A claim is no key: who may join is decided at the gate (P16).
    """
    subject = subject[:2_000]
    found = [m.group(1) for m in _TAG.finditer(subject)]
    rest = _TAG.sub(" ", subject)
    found += [m.group(1) for pattern in (_LOOSE_NUMBER, _WORD_NUMBER) for m in pattern.finditer(rest)]
    return tuple(dict.fromkeys(number.lstrip("0") or "0" for number in found))
