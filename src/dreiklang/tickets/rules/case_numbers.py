"""The number a third party gave a case, read from its letter. Pure."""

from __future__ import annotations

import re
from typing import Final

_WORD = (
    r"(?:service\s+request|support\s+case|case|call|incident|ticket|request|reference|ref|sr|rma|vorgang|fall|anfrage"
    r"|vorgangsnummer|fallnummer|ticketnummer|auftragsnummer|zeichen|aktenzeichen)"
)
#: A word for a case, perhaps 'no.' and a sign, then a number: letters before it and dashes in it are common.
_NUMBER: Final = re.compile(
    rf"\b{_WORD}\b\.?\s*(?:no\b|nr\b|number\b|nummer\b|id\b)?\.?\s*[:#=]?\s*[\[(]?\s*#?"
    r"((?:[A-Z]{1,8}[-_]?)?\d(?:[0-9A-Z]|[-_/](?=[0-9A-Z])){3,30})(?![\w.]?\d)",
    re.IGNORECASE,
)
#: Numbers of incidents as common systems write them, without a word before them.
_KNOWN: Final = re.compile(r"\b((?:INC|CS|REQ|RITM|PRB|SR|CAS)-?\d{5,15})\b")
_LINES: Final = 12


def case_number_in(subject: str, text: str, *, own: str) -> str:
    """The other side's number for the case: of the subject, else of the first lines; nothing if none is plain.

    ``own``: the desk's number of the ticket, which stands in answers to it too and is never theirs.
    """
    for words in (subject, "\n".join(text.splitlines()[:_LINES])):
        for found in (*_NUMBER.finditer(words), *_KNOWN.finditer(words)):
            number = " ".join(found.group(1).split()).strip("-_/")
            if number.strip("#") != own and not _is_a_day(number):
                return number[:100]
    return ""


def _is_a_day(number: str) -> bool:
    return re.fullmatch(r"(?:19|20)\d\d[-/]\d{1,2}[-/]\d{1,2}", number) is not None
