"""By what a person can be recognised in a text, and what stands there afterwards. Pure.

Patterns are read by PostgreSQL and by Python alike. Case does not count.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator

#: A line break before a name is written as two characters inside JSON.
_BEGINS = r"(?:(?<![\w.+-])|(?<=\\[nrtbf]))"
_ENDS = r"(?![\w-])"
_ENDS_OF_MAIL = r"(?![\w-]|\.\w)"
_BLANK = r"(?:\s|\\[nrt])+"
_BETWEEN = r"[ /().-]*"
#: Digits of a number; fewer would fit room numbers and amounts.
SHORTEST_NUMBER = 6
#: Letters of a sign-in name that is no address; shorter ones are words.
SHORTEST_LOGIN = 4


#: A pattern and what stands there afterwards.
Replacement = tuple[str, str]


def pseudonym_mail(person_id: int, place: int) -> str:
    """An address nobody has: ``.invalid`` never gets one (RFC 2606)."""
    return f"erased-{person_id}-{place}@erased.invalid"


def replacements(
    person_id: int, *, name: str, mails: Iterable[str], phones: Iterable[str], login: str, pseudonym: str
) -> list[tuple[str, str]]:
    """Patterns with what stands there afterwards, the longest first, so that no part is replaced inside a whole.

    A surname alone is not replaced: it is also the word of others. What was said with or about the person on their
    own tickets goes as a whole.
    """
    found: dict[str, str] = {}
    for place, mail in enumerate(sorted({one.casefold() for one in mails}, key=lambda m: (-len(m), m)), 1):
        found[_literal(mail)] = pseudonym_mail(person_id, place)
    for phone in phones:
        if pattern := _number(phone):
            found[pattern] = "000"
    if login and len(login) >= SHORTEST_LOGIN:
        found.setdefault(_literal(login.casefold()), f"erased-{person_id}")
    for spelled in _spellings(name):
        found[_literal(spelled)] = pseudonym
    return sorted(found.items(), key=lambda one: -len(one[0]))


def _literal(text: str) -> str:
    words = _BLANK.join(re.sub(r"([^\w\s@-])", r"\\\1", word) for word in text.split())
    return f"{_BEGINS}{words}{_ENDS_OF_MAIL if '@' in text else _ENDS}"


def _spellings(name: str) -> Iterator[str]:
    """First and last name in the orders in which directories, mails and people write them."""
    parts = name.replace(",", " ").split()
    if not parts or len("".join(parts)) < SHORTEST_LOGIN:
        return
    yield " ".join(parts)
    if len(parts) > 1:
        last, first = parts[-1], " ".join(parts[:-1])
        yield f"{last}, {first}"
        yield f"{last} {first}"


def _number(phone: str) -> str:
    digits = re.sub(r"\D", "", phone)
    if len(digits) < SHORTEST_NUMBER:
        return ""
    return rf"(?<!\d)\+?{_BETWEEN.join(digits)}(?!\d)"


def in_transport(texts: Iterable[str]) -> set[bytes]:
    """How texts look inside a mail as it travels: plain, quoted-printable, base64 at each of its three places.

    Of base64 only what does not depend on the letters around; line breaks are taken out of the mail before.
    """
    found: set[bytes] = set()
    for text in texts:
        for spelled in {text, text.lower(), text.upper(), text.title()}:
            for charset in ("utf-8", "latin-1"):
                try:
                    plain = spelled.encode(charset)
                except UnicodeEncodeError:
                    continue
                found |= {plain, _quoted(plain, b" "), _quoted(plain, b"_"), *_in_base64(plain)}
    return {one for one in found if len(one) >= SHORTEST_LOGIN}


def _quoted(plain: bytes, blank: bytes) -> bytes:
    return b"".join(
        blank if byte == 32 else bytes([byte]) if 33 <= byte < 127 and byte not in b"=?_" else b"=%02X" % byte
        for byte in plain
    )


def _in_base64(plain: bytes) -> Iterator[bytes]:
    for before in range(3):
        whole = base64.b64encode(b"\0" * before + plain)
        first = (0, 2, 3)[before]
        last = len(whole) - (0, 3, 2)[(before + len(plain)) % 3]
        if last - first >= 6:
            yield whole[first:last]
