"""What may be written into an own field, by its kind; and how it reads. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation

TEXT, NUMBER, DATE, YES_NO, CHOICE, CHOICES, PERSON = (
    "text", "number", "date", "yes_no", "choice", "choices", "person",
)  # fmt: skip
LONGEST_TEXT, MOST_CHOICES = 2000, 50
_GERMAN_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_UMLAUTS: dict[int, str] = {ord("ä"): "ae", ord("ö"): "oe", ord("ü"): "ue", ord("ß"): "ss"}
_KEY = re.compile(r"[^a-z0-9]+")


class NotOfItsKind(ValueError):
    """A value that the field cannot take; the text is a code for the sentence."""


def key_of(label: str) -> str:
    """A key from a name: small letters, digits and dashes."""
    plain = label.lower().translate(_UMLAUTS)
    return _KEY.sub("-", plain).strip("-")[:36] or "field"


def as_number(text: str) -> Decimal:
    """A number as people write it, with a comma or a point for the fraction, at most four places."""
    try:
        found = Decimal(text.replace(" ", "").replace(",", "."))
    except InvalidOperation:
        raise NotOfItsKind("number") from None
    if not found.is_finite() or abs(found) >= Decimal(10) ** 14 or found != found.quantize(Decimal("0.0001")):
        raise NotOfItsKind("number")
    return found


def as_day(text: str) -> date:
    """A day, ``2026-11-25`` or ``25.11.2026``."""
    try:
        if found := _GERMAN_DAY.fullmatch(text):
            return date(int(found[3]), int(found[2]), int(found[1]))
        return date.fromisoformat(text)
    except ValueError:
        raise NotOfItsKind("date") from None


def as_yes(text: str) -> bool:
    """Yes or no, as a form or a call sends it."""
    if text not in ("yes", "no", "true", "false"):
        raise NotOfItsKind("yes_no")
    return text in ("yes", "true")


def as_chosen(texts: Sequence[str], choices: Sequence[str], *, several: bool) -> list[str]:
    """What was chosen, in the order of the choices."""
    wished = set(texts)
    if wished - set(choices) or (len(wished) > 1 and not several):
        raise NotOfItsKind("choice")
    return [choice for choice in choices if choice in wished]


def as_text(text: str) -> str:
    """Words, at most two thousand letters."""
    if len(text) > LONGEST_TEXT:
        raise NotOfItsKind("text")
    return text


def number_words(value: Decimal) -> str:
    """A number without trailing noughts."""
    plain = f"{value:f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain
