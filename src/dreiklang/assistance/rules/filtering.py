"""What is taken out of words before they leave for a language model: persons, addresses, numbers, secrets.

Persons get signs (``[P1]``) that are put back into the answer; all else stays out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

_MAIL = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
_ADDRESS = re.compile(r"\b(?:https?|ftp|smb|ssh)://\S+|\bwww\.\S+", re.IGNORECASE)
_SAID_SECRET = re.compile(
    r"(?i)\b((?:pass(?:wor[dt]|phrase)|kennwort|pin|puk|tan|token|secret|geheimnis|api[- ]?key|schlüssel)\b"
    r"(?:\s+(?:ist|is|lautet|war|was))?\s*[:=]?\s*)(\S+)"
)
_KEY_BLOCK = re.compile(r"-----BEGIN [A-Z ]+-----.*?(?:-----END [A-Z ]+-----|\Z)", re.DOTALL)
#: Long rows of letters and digits mixed: tokens, keys, hashes.
_MIXED = re.compile(r"\b(?=[\w+/=-]*\d)(?=[\w+/=-]*[A-Za-z])[\w+/=-]{20,}")
#: Telephone and account numbers, personnel and insurance numbers: five digits and more, however they are spaced.
_NUMBER = re.compile(r"(?<![\w.])\+?(?:[A-Z]{2}\d{2}[ ]?)?(?:\d[ /()-]{0,2}){4,}\d(?![\w])")
SHORTEST_NAME: Final = 3


@dataclass(frozen=True)
class Filtered:
    """Words that may leave, and which sign stands for whom."""

    text: str
    persons: dict[str, str]

    def with_persons(self, answer: str) -> str:
        """An answer with the persons put back."""
        for sign, name in self.persons.items():
            answer = answer.replace(sign, name)
        return answer


def filtered(text: str, names: Sequence[str]) -> Filtered:
    """Take out what must not leave. ``names``: the persons of the ticket, whole and by first and last name."""
    text = _KEY_BLOCK.sub("[key]", text)
    text = _SAID_SECRET.sub(lambda found: f"{found[1]}[secret]", text)
    text = _MAIL.sub("[mail address]", text)
    text = _ADDRESS.sub("[address]", text)
    text = _MIXED.sub("[secret]", text)
    text = _NUMBER.sub("[number]", text)
    persons: dict[str, str] = {}
    for place, name in enumerate(dict.fromkeys(n.strip() for n in names if len(n.strip()) >= SHORTEST_NAME), start=1):
        sign = f"[P{place}]"
        persons[sign] = name
        for part in sorted({name, *name.split()}, key=len, reverse=True):
            if len(part) >= SHORTEST_NAME:
                text = re.sub(rf"(?<!\w){re.escape(part)}(?:s|’s|'s)?(?!\w)", sign, text, flags=re.IGNORECASE)
    return Filtered(text, persons)
