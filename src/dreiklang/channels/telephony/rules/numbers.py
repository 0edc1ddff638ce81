"""Telephone numbers as telephone systems write them, brought to one spelling (ITU-T E.164)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import phonenumbers
from phonenumbers import PhoneNumberFormat

#: What systems write where a caller does not tell the number.
WITHHELD: Final = frozenset({"", "anonymous", "unknown", "private", "restricted", "unavailable", "withheld", "-1"})
#: A number of so few digits without a leading zero is one of the house.
LONGEST_INSIDE: Final = 6


@dataclass(frozen=True, slots=True)
class Number:
    """A number: ``key`` in E.164, or the extension as it is; ``shown`` for people. Both empty: withheld."""

    key: str = ""
    shown: str = ""

    @property
    def is_inside(self) -> bool:
        """Whether it is an extension of the own house."""
        return bool(self.key) and not self.key.startswith("+")


def understood(written: str, *, region: str = "DE", area: str = "") -> Number:
    """A number as a system in a region (ISO 3166) writes it. ``area``: the local area code without its zero.

    Systems leave the ``+`` away (``4970711234567``), send the national form, ``00`` or a SIP address. What is no
    number at all is kept as a name of the house, so that a call is never lost for its caller's sake.
    """
    bare = _bare(written)
    if bare.lower() in WITHHELD:
        return Number()
    digits = re.sub(r"\D", "", bare)
    if not digits or re.search(r"[^\W\d]", bare):
        return Number(bare[:60], bare[:60])
    if len(digits) <= LONGEST_INSIDE and not bare.startswith(("+", "0")):
        return Number(digits, digits)
    for candidate in _candidates(bare, digits, region, area):
        found = _parsed(candidate, region)
        if found is not None:
            return found
    return Number(digits[:20], digits[:20])


def _bare(written: str) -> str:
    """Without the clothes of SIP and ``tel:``, in one line."""
    text = " ".join(str(written).split()).strip("<>\"' ")
    text = re.sub(r"^(sips?|tel):", "", text, flags=re.IGNORECASE)
    return text.partition("@")[0].partition(";")[0].replace("(0)", "")


def _candidates(bare: str, digits: str, region: str, area: str) -> list[str]:
    """How a number may be meant, the likeliest first."""
    if bare.startswith("+"):
        return ["+" + digits]
    if digits.startswith("00"):
        return ["+" + digits[2:]]
    if digits.startswith("0"):
        return [digits]
    country = str(phonenumbers.country_code_for_region(region))
    international = ["+" + digits] if digits.startswith(country) and len(digits) >= len(country) + 7 else []
    local = ["0" + area + digits] if area else []
    return [*international, *local, "+" + digits, digits]


def _parsed(text: str, region: str) -> Number | None:
    try:
        found = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(found):
        return None
    key = phonenumbers.format_number(found, PhoneNumberFormat.E164)
    return Number(key, phonenumbers.format_number(found, PhoneNumberFormat.INTERNATIONAL))
