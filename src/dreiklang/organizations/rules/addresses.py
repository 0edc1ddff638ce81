"""Mail addresses, domains, phone numbers: what is one, and one spelling for each."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

# A mail address as people have them: no quoted local parts, no comments, no address literals (RFC 5321 allows more).
_MAIL: Final = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\u0080-\uffff-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~\u0080-\uffff-]+)*"
    r"@(?P<domain>[A-Za-z0-9\u0080-\uffff](?:[A-Za-z0-9\u0080-\uffff.-]{0,251}[A-Za-z0-9\u0080-\uffff])?)"
)
_DOMAIN: Final = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(?:\.(?!-)[a-z0-9-]{1,63}(?<!-))+")


def folded_mail(address: str) -> str:
    """One spelling for one mail address."""
    return unicodedata.normalize("NFC", address.strip()).lower()


def is_mail(address: str) -> bool:
    """Whether this is a mail address that the desk would write to."""
    found = _MAIL.fullmatch(address)
    return bool(found) and len(address) <= 254 and is_domain(domain_of(address))


def domain_of(address: str) -> str:
    """The domain of a mail address in ASCII, lower case; empty if there is none."""
    return ascii_domain(address.rpartition("@")[2])


def ascii_domain(domain: str) -> str:
    """A domain as mail servers know it: lower case, punycode, no dot at the end; empty if that cannot be."""
    domain = domain.strip().rstrip(".").lower()
    try:
        return domain.encode("idna").decode() if not domain.isascii() else domain
    except UnicodeError:
        return ""


def is_domain(domain: str) -> bool:
    """Whether this is a whole domain such as ``klinik.example``."""
    return len(domain) <= 253 and bool(_DOMAIN.fullmatch(domain))


def domains_above(domain: str) -> list[str]:
    """The domain and those above it, longest first, the last label alone left out: who may claim the sender."""
    labels = domain.split(".")
    return [".".join(labels[start:]) for start in range(len(labels) - 1)]


def phone_digits(number: str) -> str:
    """The digits of a phone number in international form as far as it can be told; a leading 0 stays one.

    '+49 (0)7071 123-45' and '0049 7071 12345' are both '49707112345'.
    """
    number = number.strip()
    number = re.sub(r"\(0\)", "", number)
    digits = re.sub(r"\D", "", number)
    if number.startswith("+"):
        return digits
    return digits[2:] if digits.startswith("00") else digits
