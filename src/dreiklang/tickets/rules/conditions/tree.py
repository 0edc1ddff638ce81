"""What conditions are made of: frozen values that nest."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

IS, BELOW, UP_TO, ABOVE, FROM, BETWEEN = "is", "below", "up_to", "above", "from", "between"

#: How an operator is written after the colon.
SIGNS = {IS: "", BELOW: "<", UP_TO: "<=", ABOVE: ">", FROM: ">="}


@dataclass(frozen=True)
class Comparison:
    """A field, an operator, one or more values: with several, one of them must fit. ``at``: where it stands."""

    field: str
    operator: str
    values: tuple[str, ...]
    at: int = dataclasses.field(default=0, compare=False)


@dataclass(frozen=True)
class Words:
    """Words that the ticket's texts must hold."""

    text: str
    at: int = dataclasses.field(default=0, compare=False)


@dataclass(frozen=True)
class Every:
    """All of these; of none, everything."""

    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Either:
    """At least one of these."""

    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Not:
    """What this does not fit."""

    part: Node


Node: TypeAlias = Comparison | Words | Every | Either | Not

#: No condition: every ticket fits.
NOTHING = Every(())


def leaves(node: Node) -> Iterator[Comparison | Words]:
    """What is asked at the ends of a tree, in the order it was written."""
    if isinstance(node, Comparison | Words):
        yield node
    elif isinstance(node, Not):
        yield from leaves(node.part)
    else:
        for part in node.parts:
            yield from leaves(part)


def comparisons(node: Node) -> list[Comparison]:
    """The comparisons of a tree."""
    return [leaf for leaf in leaves(node) if isinstance(leaf, Comparison)]


def fields_of(node: Node) -> frozenset[str]:
    """The keys of the fields that a tree asks for."""
    return frozenset(one.field for one in comparisons(node))
