"""The same conditions as rows of a form: field, operator, value; all of them or one of them. And back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dreiklang.tickets.rules.conditions import tree
from dreiklang.tickets.rules.conditions.reading import read
from dreiklang.tickets.rules.conditions.tree import Comparison, Either, Every, Node, Not, Words
from dreiklang.tickets.rules.conditions.vocabulary import Vocabulary
from dreiklang.tickets.rules.conditions.writing import quoted

IS_NOT, HOLD = "is_not", "text"
ALL, ONE = "all", "any"


@dataclass(frozen=True)
class Row:
    """One row: which field, how, which value as it is typed (several with commas)."""

    field: str
    operator: str
    value: str


@dataclass(frozen=True)
class Form:
    """Rows, and whether all of them must fit or one of them."""

    rows: tuple[Row, ...]
    join: str = ALL


def as_form(node: Node, vocabulary: Vocabulary, language: str = "en") -> Form | None:
    """The rows of some conditions; None if they nest deeper than a form can show."""
    if isinstance(node, Either):
        parts, join = node.parts, ONE
    else:
        parts, join = (node.parts if isinstance(node, Every) else (node,)), ALL
    rows = [_row(part, vocabulary, language) for part in parts]
    known = [row for row in rows if row is not None]
    return Form(tuple(known), join) if len(known) == len(rows) else None


def _row(node: Node, vocabulary: Vocabulary, language: str) -> Row | None:
    negated = isinstance(node, Not)
    inner = node.part if isinstance(node, Not) else node
    if isinstance(inner, Words):
        return None if negated else Row(HOLD, tree.IS, inner.text)
    if not isinstance(inner, Comparison) or (negated and inner.operator != tree.IS):
        return None
    field = vocabulary.fields.get(inner.field)
    words = [field.word_for(value, language) if field else value for value in inner.values]
    value = "..".join(words) if inner.operator == tree.BETWEEN else ", ".join(map(quoted, words))
    return Row(inner.field, IS_NOT if negated else inner.operator, value)


def from_form(form: Form, vocabulary: Vocabulary) -> Node:
    """The conditions that rows stand for; rows without a value are left out. Raises Mistake as ``read`` does."""
    parts = [part for row in form.rows if (part := _part(row, vocabulary)) is not None]
    if not parts:
        return tree.NOTHING
    if len(parts) == 1:
        return parts[0]
    return Either(tuple(parts)) if form.join == ONE else Every(_side_by_side(parts))


def _side_by_side(parts: Iterable[Node]) -> tuple[Node, ...]:
    """Words of several rows as one, as if they had been written after each other."""
    words = " ".join(part.text for part in parts if isinstance(part, Words))
    others = tuple(part for part in parts if not isinstance(part, Words))
    return (*others, Words(words)) if words else others


def _part(row: Row, vocabulary: Vocabulary) -> Node | None:
    value = row.value.strip()
    if not value:
        return None
    if row.field == HOLD:
        return Words(value)
    written = value if '"' in value else ",".join(quoted(one.strip()) for one in value.split(",") if one.strip())
    if row.operator == tree.BETWEEN:
        written = value
    sign = tree.SIGNS.get(row.operator, "")
    found = read(f"{row.field}:{sign}{written}", vocabulary)
    return Not(found) if row.operator == IS_NOT else found
