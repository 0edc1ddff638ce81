"""From a tree of conditions to a question to the database, through a fixed table of fields."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from dreiklang.kernel import clock
from dreiklang.kernel.permissions import Actor
from dreiklang.tickets import policy
from dreiklang.tickets.models import Ticket, TicketQuerySet
from dreiklang.tickets.queries.search import holding_words
from dreiklang.tickets.rules import conditions as grammar
from dreiklang.tickets.rules.conditions import Comparison, Either, Every, Field, Mistake, Node, Not, Vocabulary, Words


@dataclass(frozen=True)
class Circumstances:
    """Who asks, at which moment, and which records the names mean: (field, name) → keys."""

    actor: Actor
    now: datetime
    meant: Mapping[tuple[str, str], frozenset[int]] = field(default_factory=dict)

    def keys(self, field_key: str, values: Iterable[str]) -> frozenset[int]:
        """The records that some names of a field mean; unknown names mean none."""
        return frozenset[int]().union(*(self.meant.get((field_key, value), frozenset()) for value in values))


Ask = Callable[[Comparison, Circumstances], Q]
#: Finds what the names of a field mean: (names, actor) → name → keys, empty for what means nothing. One or two queries,
#: however many names. A name that is left out is not judged.
Find = Callable[[Sequence[str], Actor], Mapping[str, frozenset[int]]]
#: Makes fields that stand in the database (own fields): keys → fields; all of them for None.
Source = Callable[[Actor], Iterable[tuple[Field, Ask, Find | None]]]

_ASKS: dict[str, Ask] = {}
_FINDS: dict[str, Find] = {}
_FIELDS: dict[str, Field] = {}
_SOURCES: list[Source] = []

#: What those who only ask for help may search by.
OF_REQUESTERS = frozenset({"state", "created", "updated", "subject", "kind", "before", "after", "resolved", "closed"})


def register(asked: Field, ask: Ask, find: Find | None = None) -> None:
    """Add a field to the grammar: its names, how it is asked, and how the names among its values are found."""
    _FIELDS[asked.key] = asked
    _ASKS[asked.key] = ask
    if find is not None:
        _FINDS[asked.key] = find


def register_source(source: Source) -> None:
    """Add fields that stand in the database: looked up, in one query, whenever conditions are read."""
    _SOURCES.append(source)


@dataclass(frozen=True)
class Known:
    """The fields an actor may ask for, and how each is asked."""

    vocabulary: Vocabulary
    asks: Mapping[str, Ask]
    finds: Mapping[str, Find]


def known_to(actor: Actor) -> Known:
    """The fields that an actor may ask for, own ones included: one query."""
    fields, asks, finds = dict(_FIELDS), dict(_ASKS), dict(_FINDS)
    for source in _SOURCES:
        for own, ask, find in source(actor):
            fields[own.key], asks[own.key] = own, ask
            if find is not None:
                finds[own.key] = find
    if not works(actor):
        fields = {key: one for key, one in fields.items() if key in OF_REQUESTERS}
    return Known(Vocabulary(fields.values()), asks, finds)


def works(actor: Actor) -> bool:
    """Whether an actor works on tickets; others may search by little more than words."""
    return actor.is_system or any(actor.has(right) for right in (policy.WORK, policy.WORK_HANDED, policy.SEE_ALL))


def vocabulary_for(actor: Actor) -> Vocabulary:
    """The fields that an actor may ask for, own ones included."""
    return known_to(actor).vocabulary


def understood(text: str, *, actor: Actor, is_search: bool = False) -> Node:
    """The tree of some conditions as an actor may ask them. Raises Mistake, for names that mean nothing as well."""
    known = known_to(actor)
    tree = grammar.read(text, known.vocabulary, is_search=is_search)
    if not is_search:
        _refuse_unknown_names(tree, _meant([tree], actor, known))
    return tree


def _refuse_unknown_names(tree: Node, meant: Mapping[tuple[str, str], frozenset[int]]) -> None:
    for one in grammar.comparisons(tree):
        for value in one.values:
            if (one.field, value) in meant and not meant[one.field, value]:
                raise Mistake("unknown_name", at=one.at, word=value, known={"field": one.field})


def conditions_of(trees: Sequence[Node], *, actor: Actor, known: Known | None = None) -> list[Q]:
    """The questions of several trees, in a number of queries that does not grow with them.

    ``known``: the fields the actor may ask for, if they were looked up already.
    """
    known = known or known_to(actor)
    about = Circumstances(actor, timezone.localtime(clock.now()), _meant(trees, actor, known))
    return [_asked(tree, about, known) for tree in trees]


def condition_of(tree: Node, *, actor: Actor) -> Q:
    """The question of one tree."""
    return conditions_of([tree], actor=actor)[0]


def filtered(tickets: TicketQuerySet, tree: Node, *, actor: Actor) -> TicketQuerySet:
    """Those of some tickets that fit."""
    return tickets if tree == grammar.NOTHING else tickets.filter(condition_of(tree, actor=actor))


def fits(tree: Node, ticket: Ticket, *, actor: Actor) -> bool:
    """Whether one ticket fits, as it stands in the database now: the same question, asked of one row."""
    return Ticket.objects.filter(condition_of(tree, actor=actor), pk=ticket.pk).exists()


def names_meant(tree: Node, *, actor: Actor) -> Mapping[tuple[str, str], frozenset[int]]:
    """What the names in a tree mean: (field, name) → keys, empty for what means nothing."""
    return _meant([tree], actor, known_to(actor))


def _meant(trees: Sequence[Node], actor: Actor, known: Known) -> dict[tuple[str, str], frozenset[int]]:
    """What the names in some trees mean: one look-up for each field that has names, for all trees together."""
    asked: dict[str, dict[str, None]] = {}
    for tree in trees:
        for one in grammar.comparisons(tree):
            if one.field in known.finds:
                asked.setdefault(one.field, {}).update(dict.fromkeys(one.values))
    found: dict[tuple[str, str], frozenset[int]] = {}
    for key, values in asked.items():
        names = [value for value in values if value != grammar.vocabulary.NONE]
        found |= {(key, name): keys for name, keys in known.finds[key](names, actor).items()}
    return found


def _asked(tree: Node, about: Circumstances, known: Known) -> Q:
    if isinstance(tree, Words):
        return holding_words(tree.text, about.actor)
    if isinstance(tree, Not):
        return ~_asked(tree.part, about, known)
    if isinstance(tree, Every):
        return Q(*(_asked(part, about, known) for part in tree.parts))
    if isinstance(tree, Either):
        return Q(*(_asked(part, about, known) for part in tree.parts), _connector=Q.OR)
    ask = known.asks.get(tree.field)
    return ask(tree, about) if ask and tree.field in known.vocabulary.fields else Q(pk__in=[])
