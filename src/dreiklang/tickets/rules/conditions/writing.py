"""From a tree to words, in a language: what is written is read again as the same tree."""

from __future__ import annotations

import re

from dreiklang.tickets.rules.conditions import moments, tree
from dreiklang.tickets.rules.conditions.tree import Comparison, Either, Every, Node, Not, Words
from dreiklang.tickets.rules.conditions.vocabulary import MOMENT, Vocabulary

_SAFE = re.compile(r'[^\s(),"<>=]+')


def write(node: Node, vocabulary: Vocabulary, language: str = "en") -> str:
    """Conditions in words."""
    return _written(node, vocabulary, language, is_inside=False)


def _written(node: Node, vocabulary: Vocabulary, language: str, *, is_inside: bool) -> str:
    if isinstance(node, Words):
        return node.text
    if isinstance(node, Comparison):
        return _comparison(node, vocabulary, language)
    if isinstance(node, Not):
        word = "nicht" if language == "de" else "not"
        return f"{word} {_written(node.part, vocabulary, language, is_inside=True)}"
    parts = [_written(part, vocabulary, language, is_inside=True) for part in node.parts]
    between = " " if isinstance(node, Every) else (" oder " if language == "de" else " or ")
    text = between.join(parts)
    is_one = len(parts) < 2 or (isinstance(node, Either | Every) and not is_inside)
    return text if is_one else f"({text})"


def _comparison(one: Comparison, vocabulary: Vocabulary, language: str) -> str:
    field = vocabulary.fields.get(one.field)
    if field is None:
        name, values = one.field, [quoted(value) for value in one.values]
    else:
        name = field.name_in(language)
        values = [quoted(_word(field.kind, field.word_for(value, language), language)) for value in one.values]
    if one.operator == tree.BETWEEN:
        return f"{name}:{'..'.join(values)}"
    return f"{name}:{tree.SIGNS[one.operator]}{','.join(values)}"


def _word(kind: str, value: str, language: str) -> str:
    return moments.GERMAN_DAYS.get(value, value) if kind == MOMENT and language == "de" else value


def quoted(value: str) -> str:
    """A value in quotes where it needs them."""
    if _SAFE.fullmatch(value):
        return value
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
