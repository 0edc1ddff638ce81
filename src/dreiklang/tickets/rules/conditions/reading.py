"""From words to a tree. What cannot be read is told with its place and what was meant there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn

from dreiklang.tickets.rules.conditions import moments, tree
from dreiklang.tickets.rules.conditions.tree import Comparison, Either, Every, Node, Not, Words
from dreiklang.tickets.rules.conditions.vocabulary import (
    CHOICE,
    MOMENT,
    NONE,
    NONE_WORDS,
    NUMBER,
    ORDERED,
    YES_NO,
    YES_WORDS,
    Field,
    Vocabulary,
)

LONGEST, MOST, DEEPEST = 2000, 60, 12
AND, OR, NOT = {"and", "und"}, {"or", "oder"}, {"not", "nicht"}
_NAME = re.compile(r"([^\W\d_][\w.-]*)(<=|>=|!=|[:=<>])")
_SIGN = re.compile(r"<=|>=|[<>]")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_BARE = re.compile(r'[^\s(),"]+')
_WORD = re.compile(r"[^\s()]+")
_OPERATORS = {"<": tree.BELOW, "<=": tree.UP_TO, ">": tree.ABOVE, ">=": tree.FROM}


class Mistake(Exception):
    """Conditions that cannot be read. ``code`` says why, ``at`` and ``word`` where; ``known`` what would do."""

    def __init__(self, code: str, *, at: int, word: str = "", known: Mapping[str, str] | None = None) -> None:
        super().__init__(f"{code} at {at}: {word}")
        self.code, self.at, self.word, self.known = code, at, word, dict(known or {})


def read(text: str, vocabulary: Vocabulary, *, is_search: bool = False) -> Node:
    """The tree of some conditions. Raises Mistake for what cannot be read.

    In a search, what only looks like a condition (``http://…``, a 'not' between words) is taken as words.
    """
    if len(text) > LONGEST:
        raise Mistake("too_long", at=LONGEST)
    return _Reader(text, vocabulary, is_search).everything()


@dataclass
class _Reader:
    text: str
    vocabulary: Vocabulary
    is_search: bool
    at: int = 0
    count: int = 0

    def everything(self) -> Node:
        """The whole text."""
        self._skip()
        if self._is_over():
            return tree.NOTHING
        found = self._either(0)
        if not self._is_over():
            self._fail("stray", ")")
        return found

    def _either(self, depth: int) -> Node:
        parts = [self._every(depth)]
        while self._takes(OR):
            if self._is_over() or self._peek() == ")":
                self._fail("unfinished", self.text[self.at :])
            parts.append(self._every(depth))
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def _every(self, depth: int) -> Node:
        parts: list[Node] = []
        while not self._is_over() and self._peek() != ")" and not self._sees(OR):
            if self._takes(AND):
                if self._is_over():
                    self._fail("unfinished", "")
                continue
            parts.append(self._one(depth))
        if not parts:
            self._fail("unfinished", self._rest())
        parts = _joined(parts)
        return parts[0] if len(parts) == 1 else Every(tuple(parts))

    def _one(self, depth: int) -> Node:
        if depth > DEEPEST:
            self._fail("too_deep", "")
        if self._is_not():
            return Not(self._one(depth + 1))
        if self._peek() == "(":
            began = self.at
            self.at += 1
            self._skip()
            found = self._either(depth + 1)
            if self._is_over():
                raise Mistake("not_closed", at=began, word="(")
            self.at += 1
            self._skip()
            return found
        return self._leaf()

    def _is_not(self) -> bool:
        if self._peek() == "-" and self.at + 1 < len(self.text) and not self.text[self.at + 1].isspace():
            if self.is_search and not self._is_condition(self.at + 1):
                return False
            self.at += 1
            return True
        if not self._sees(NOT):
            return False
        if self.is_search and not self._is_condition(self._after_word()):
            return False
        self.at = self._after_word()
        if self._is_over():
            self._fail("unfinished", "")
        return True

    def _is_condition(self, at: int) -> bool:
        if self.text[at : at + 1] == "(":
            return True
        found = _NAME.match(self.text, at)
        return found is not None and self.vocabulary.find(found[1]) is not None

    def _leaf(self) -> Node:
        self.count += 1
        if self.count > MOST:
            self._fail("too_many", "")
        if found := _NAME.match(self.text, self.at):
            known = self.vocabulary.find(found[1])
            if known is not None:
                return self._comparison(known, found)
            if not self.is_search:
                near = self.vocabulary.near(found[1])
                raise Mistake("unknown_field", at=self.at, word=found[1], known={"near": near} if near else {})
        return self._words()

    def _words(self) -> Words:
        began = self.at
        if self._peek() == '"':
            return Words(f'"{self._quoted()}"', at=began)
        found = _WORD.match(self.text, self.at)
        if found is None:  # a bracket closes where something should stand: ``-)``
            self._fail("unfinished", "")
        self._past(found)
        return Words(found[0], at=began)

    def _comparison(self, field: Field, found: re.Match[str]) -> Node:
        began, sign = self.at, found[2]
        self.at = found.end()
        operator, negated = _OPERATORS.get(sign, tree.IS), sign == "!="
        if sign in (":", "=") and (further := _SIGN.match(self.text, self.at)):
            operator = _OPERATORS[further[0]]
            self.at = further.end()
        values = self._values(field)
        key = field.key
        if operator == tree.IS and field.kind in ORDERED and len(values) == 1 and ".." in values[0]:
            operator, values = tree.BETWEEN, tuple(values[0].split("..", 1))
        if field.stands_for:
            key, operator = field.stands_for, field.operator
        elif operator not in field.operators:
            raise Mistake("no_order", at=began, word=found[1])
        if operator not in (tree.IS, tree.BETWEEN) and len(values) > 1:
            raise Mistake("one_value", at=began, word=found[1])
        checked = Comparison(key, operator, tuple(_checked(field, value, began) for value in values), at=began)
        return Not(checked) if negated else checked

    def _values(self, field: Field) -> tuple[str, ...]:
        values = [self._value(field)]
        while self._peek() == ",":
            self.at += 1
            while self._peek().isspace():
                self.at += 1
            values.append(self._value(field))
        self._skip()
        return tuple(values)

    def _value(self, field: Field) -> str:
        if self._peek() == '"':
            value = self._quoted(skips=False)
            if value.strip():
                return value.strip()
        elif found := _BARE.match(self.text, self.at):
            self.at = found.end()
            return found[0]
        raise Mistake("no_value", at=self.at, word=field.name_in("en"), known=_known(field))

    def _quoted(self, *, skips: bool = True) -> str:
        found = _QUOTED.match(self.text, self.at)
        if found is None:
            if self.is_search:
                rest, self.at = self.text[self.at + 1 :], len(self.text)
                return rest.replace('"', " ")
            self._fail("not_closed", '"')
        self.at = found.end()
        if skips:
            self._skip()
        return re.sub(r"\\(.)", r"\1", found[1])

    def _peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def _rest(self) -> str:
        return self.text[self.at : self.at + 30]

    def _is_over(self) -> bool:
        return self.at >= len(self.text)

    def _skip(self) -> None:
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1

    def _past(self, found: re.Match[str]) -> None:
        self.at = found.end()
        self._skip()

    def _sees(self, words: set[str]) -> bool:
        found = _WORD.match(self.text, self.at)
        return found is not None and found[0].casefold() in words

    def _after_word(self) -> int:
        found = re.compile(r"[^\s()]+\s*").match(self.text, self.at)
        return found.end() if found else self.at

    def _takes(self, words: set[str]) -> bool:
        if not self._sees(words):
            return False
        self.at = self._after_word()
        return True

    def _fail(self, code: str, word: str) -> NoReturn:
        raise Mistake(code, at=self.at, word=word)


def _joined(parts: list[Node]) -> list[Node]:
    """Words that stand side by side, as one."""
    found: list[Node] = []
    for part in parts:
        if found and isinstance(part, Words) and isinstance(before := found[-1], Words):
            found[-1] = Words(f"{before.text} {part.text}", at=before.at)
        else:
            found.append(part)
    return found


def _known(field: Field) -> dict[str, str]:
    return {value: ", ".join(field.word_for(value, language) for language in ("en", "de")) for value in field.values}


def _checked(field: Field, value: str, at: int) -> str:
    """A value as it is kept, or a Mistake where it cannot be one of the field's."""
    small = value.strip().casefold()
    if field.may_be_none and small in NONE_WORDS:
        return NONE
    checked: str | None = value.strip()
    if field.kind == CHOICE:
        checked = field.value_of(value)
    elif field.kind == YES_NO:
        checked = YES_WORDS.get(small)
    elif field.kind == NUMBER:
        checked = _number(small)
    elif field.kind == MOMENT:
        kept = moments.canonical(small)
        checked = kept if moments.is_moment(kept) and _fits_the_calendar(kept) else None
    if not checked:
        raise Mistake(f"no_{field.kind}", at=at, word=value, known=_known(field))
    return checked


def _number(small: str) -> str | None:
    found = re.fullmatch(r"[pl]?(-?\d{1,15}(?:[.,]\d{1,6})?)", small)
    return found[1].replace(",", ".") if found else None


def _fits_the_calendar(value: str) -> bool:
    try:
        moments.span_of(value, datetime(2100, 1, 1))  # noqa: DTZ001 - only asked whether it can be counted
    except (ValueError, OverflowError):
        return False
    return True
