"""The number a fax came from, as gateways write it into subject, headers or sender; and the way back. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

#: Headers in which gateways tell the other side's number, the surest first.
HEADERS: Final = (
    "x-fax-from", "x-fax-number", "x-fax-sender", "x-fax-callerid", "x-callerid", "x-fax-csid", "x-remote-csid",
)  # fmt: skip
_REST = r"(?:\)?[ /-]{0,3}(?:\(0\) ?)?\d)"
_NUMBER = rf"\+?\(?\d{_REST}{{3,22}}"
_TOLD = re.compile(
    rf"(?:\bvon|\bfrom|\babsender|\bsender|\bcaller|\bnummer|\bnumber)\b[^\d+]{{0,24}}?({_NUMBER})", re.IGNORECASE
)
_LONE = re.compile(rf"(?<![\d.])((?:\+\d|\(?0){_REST}{{5,22}})(?![\d.])")
_DATE = re.compile(r"\d{1,4}[/-]\d{1,2}[/-]\d{1,4}")


def number_in(subject: str, headers: Sequence[tuple[str, str]] = (), sender: str = "") -> str:
    """The number as it is written there; empty where none is told.

    ``headers``: pairs of lower-case name and value. ``sender``: the mail address, whose name some gateways make of
    the number (``497071123@fax.example``).
    """
    told = dict(headers)
    for name in HEADERS:
        if len(re.sub(r"\D", "", told.get(name, ""))) >= 3:
            return told[name].strip()[:60]
    for pattern in (_TOLD, _LONE):
        for found in pattern.finditer(subject[:500]):
            if not _DATE.fullmatch(found[1].strip()):
                return found[1].strip()[:60]
    name = sender.partition("@")[0]
    return name if re.fullmatch(r"\+?\d{5,20}", name) else ""


def answer_address(pattern: str, number: str) -> str:
    """Where an answer to a number goes by a pattern of the line; empty without a pattern, or where nothing can go."""
    if not pattern or not number.startswith("+"):
        return ""
    return _filled(pattern, number)


def answer_subject(pattern: str, number: str) -> str:
    """What the mail to the gateway is called; some gateways take the number from there."""
    return _filled(pattern, number)


def _filled(pattern: str, number: str) -> str:
    return pattern.replace("{number}", number).replace("{digits}", number.lstrip("+"))
