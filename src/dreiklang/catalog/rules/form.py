"""The form of an entry: fields in their order, some shown only after an answer. Pure.

Answers are JSON values by key: texts, numbers, ``YYYY-MM-DD``, true and false, keys of choices. What is not shown has
no answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from dreiklang.tickets.rules import own_fields

TEXT, LONG, NUMBER, DAY, YES_NO, CHOICE, CHOICES = "text", "long", "number", "day", "yes_no", "choice", "choices"
KINDS = (TEXT, LONG, NUMBER, DAY, YES_NO, CHOICE, CHOICES)
#: Kinds whose answer can decide what else is asked or done.
DECIDING = (YES_NO, CHOICE, CHOICES)
LONGEST = {TEXT: 300, LONG: 5_000}
MOST_FIELDS, MOST_CHOICES = 40, 50
YES, NO = "yes", "no"
KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True)
class Choice:
    """One answer to choose, with its name in each language."""

    key: str
    labels: Mapping[str, str]


@dataclass(frozen=True)
class Condition:
    """Holds when a field was answered with one of some values; yes and no are ``yes`` and ``no``."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Field:
    """One question of a form."""

    key: str
    kind: str
    labels: Mapping[str, str]
    hints: Mapping[str, str] = field(default_factory=dict)
    choices: tuple[Choice, ...] = ()
    is_needed: bool = True
    when: Condition | None = None
    least: int | None = None
    most: int | None = None


def in_language(words: Mapping[str, str], language: str) -> str:
    """Words in a language, else in English, else in any."""
    return words.get(language[:2]) or words.get("en") or next(iter(words.values()), "")


def holds(condition: Condition | None, answers: Mapping[str, Any]) -> bool:
    """Whether a condition holds; none always does."""
    if condition is None:
        return True
    given = answers.get(condition.field)
    if isinstance(given, bool):
        given = YES if given else NO
    return any(value in condition.values for value in (given if isinstance(given, list) else [given]))


def read(fields: Iterable[Field], typed: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Answers from what a web form sent; what is not shown is left out. What cannot be read stays a text."""
    answers: dict[str, Any] = {}
    for one in fields:
        texts = [text.strip() for text in typed.get(one.key, ()) if text.strip()]
        if texts and holds(one.when, answers):
            answers[one.key] = _value(one, texts)
    return answers


def _value(one: Field, texts: Sequence[str]) -> Any:
    if one.kind == CHOICES:
        return list(dict.fromkeys(texts))
    try:
        if one.kind == NUMBER:
            number = own_fields.as_number(texts[0])
            return int(number) if number == number.to_integral_value() else float(number)
        if one.kind == DAY:
            return own_fields.as_day(texts[0]).isoformat()
        if one.kind == YES_NO:
            return own_fields.as_yes(texts[0])
    except own_fields.NotOfItsKind:
        pass
    return texts[0]


def problems(fields: Sequence[Field], answers: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with answers: key → code. Nothing wrong is an empty dict.

    Says the same as the JSON Schema of the form.
    """
    found = {key: "unknown" for key in answers if key not in {one.key for one in fields}}
    for one in fields:
        is_shown = holds(one.when, answers)
        if one.key not in answers:
            if is_shown and one.is_needed:
                found[one.key] = "needed"
        elif not is_shown:
            found[one.key] = "hidden"
        elif code := _wrong(one, answers[one.key]):
            found[one.key] = code
    return found


def _wrong(one: Field, value: Any) -> str:
    if one.kind in (TEXT, LONG):
        is_text = isinstance(value, str) and len(value) <= LONGEST[one.kind] and "\x00" not in value
        return "" if is_text and re.search(r"\S", value) else one.kind
    if one.kind == NUMBER:
        return _wrong_number(one, value)
    if one.kind == DAY:
        return "" if _is_day(value) else DAY
    if one.kind == YES_NO:
        return "" if isinstance(value, bool) else YES_NO
    known = {choice.key for choice in one.choices}
    if one.kind == CHOICE:
        return "" if isinstance(value, str) and value in known else CHOICE
    is_list = isinstance(value, list) and bool(value) and all(isinstance(v, str) and v in known for v in value)
    return "" if is_list and len(set(value)) == len(value) else CHOICE


def _wrong_number(one: Field, value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e14:
        return NUMBER
    if one.least is not None and value < one.least:
        return "least"
    return "most" if one.most is not None and value > one.most else ""


def _is_day(value: Any) -> bool:
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def flaws(fields: Sequence[Field]) -> list[tuple[str, str]]:
    """What is wrong with a form itself: (key, code). A condition names an earlier field and answers it can have."""
    found: list[tuple[str, str]] = []
    earlier: dict[str, Field] = {}
    if len(fields) > MOST_FIELDS:
        found.append(("", "too_many"))
    for one in fields:
        if not KEY.fullmatch(one.key) or one.key in earlier:
            found.append((one.key, "key"))
        if one.kind not in KINDS or not in_language(one.labels, "en"):
            found.append((one.key, "label"))
        if one.kind in (CHOICE, CHOICES):
            keys = [choice.key for choice in one.choices]
            if not 2 <= len(keys) <= MOST_CHOICES or len(set(keys)) != len(keys) or not all(keys):
                found.append((one.key, "choices"))
        if one.least is not None and one.most is not None and one.least > one.most:
            found.append((one.key, "most"))
        if one.when is not None and not is_possible(one.when, earlier.values()):
            found.append((one.key, "when"))
        earlier[one.key] = one
    return found


def is_possible(condition: Condition, fields: Iterable[Field]) -> bool:
    """Whether a condition asks for an answer that one of some fields can have."""
    about = next((one for one in fields if one.key == condition.field), None)
    if about is None or about.kind not in DECIDING or not condition.values:
        return False
    known = {YES, NO} if about.kind == YES_NO else {choice.key for choice in about.choices}
    return set(condition.values) <= known


def key_of(label: str, taken: Iterable[str]) -> str:
    """A key from a label that no other field has."""
    stem = own_fields.key_of(label).replace("-", "_")
    stem = stem if stem[:1].isalpha() else f"f_{stem}"
    used, number, key = set(taken), 2, stem
    while key in used:
        key, number = f"{stem}_{number}", number + 1
    return key
