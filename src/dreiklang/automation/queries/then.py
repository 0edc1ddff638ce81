"""Conditions asked of tickets as they were: for the dry run, occasion by occasion.

State, priority, level, team and who had it are known of every moment, from the journal and the assignment records.
Everything else is asked of the tickets as they stand now.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Final

from django.db.models import QuerySet

from dreiklang.automation.rules.then import BEGINNING, PARTED, STATES, Moment, Story, states_of
from dreiklang.kernel.models import JournalLine
from dreiklang.kernel.permissions import Actor
from dreiklang.tickets.models import Assignment, TicketQuerySet
from dreiklang.tickets.queries.conditions import filtered, names_meant
from dreiklang.tickets.rules.conditions import Comparison, Node, Words, leaves, tree, vocabulary
from dreiklang.tickets.rules.conditions.tree import Every, Not

NUMBERS, RECORDS, SIGNS = ("priority", "level"), ("team", "assignee"), ("open", "settled", "waiting", "free")
COMPARED: Final[Mapping[str, Callable[[int, int], bool]]] = {
    tree.BELOW: lambda value, asked: value < asked, tree.UP_TO: lambda value, asked: value <= asked,
    tree.ABOVE: lambda value, asked: value > asked, tree.FROM: lambda value, asked: value >= asked,
}  # fmt: skip
Fits = Callable[[int, Moment], bool]


def is_known_then(leaf: Comparison | Words) -> bool:
    """Whether a condition can be asked of a moment that has passed."""
    if isinstance(leaf, Words):
        return False
    if leaf.field == "is":
        return all(value in SIGNS for value in leaf.values)
    whole = all(value.isascii() and value.isdigit() for value in leaf.values)
    return leaf.field in (*RECORDS, "state") or (leaf.field in NUMBERS and whole)


def asks_of_then(node: Node) -> bool:
    """Whether any condition of a tree is asked of the past."""
    return any(is_known_then(leaf) for leaf in leaves(node))


def fitting_occasions(
    node: Node, seen: TicketQuerySet, lines: QuerySet[JournalLine], *, actor: Actor
) -> Iterator[tuple[int, datetime]]:
    """The occasions, as ticket and moment, at which the conditions were met."""
    tickets = seen.filter(pk__in=lines.values("subject_id"))
    stories = _stories(tickets)
    fits = _judge(node, tickets, actor)
    for ticket_id, at in lines.order_by("id").values_list("subject_id", "at"):
        if ticket_id in stories and fits(ticket_id, stories[ticket_id].at(at)):
            yield ticket_id, at


def _stories(tickets: TicketQuerySet) -> dict[int, Story]:
    stories = {pk: Story(priority) for pk, priority in tickets.values_list("pk", "priority")}
    keys = tickets.values("pk")
    held = Assignment.objects.filter(ticket__in=keys).order_by("id")
    columns = ("ticket_id", "from_at", "until_at", "team_id", "level", "person_id")
    for ticket_id, since, until, team, level, person in held.values_list(*columns):
        stories[ticket_id].holders.append((since, until, team, level, person))
    told: dict[int, list[tuple[datetime, str, Mapping[str, object]]]] = defaultdict(list)
    codes = [*STATES, *BEGINNING, PARTED, "ticket.classified"]
    said = JournalLine.objects.filter(subject_kind="ticket", subject_id__in=keys, code__in=codes).order_by("id")
    for ticket_id, at, code, plain in said.values_list("subject_id", "at", "code", "plain"):
        if code != "ticket.classified":
            told[ticket_id].append((at, code, plain))
        elif former := (plain.get("changes") or {}).get("priority"):
            stories[ticket_id].changes.append((at, int(former[0])))
    for ticket_id, known in told.items():
        stories[ticket_id].states = states_of(known)
    return stories


def _judge(node: Node, tickets: TicketQuerySet, actor: Actor) -> Fits:
    """The tree as a function of a ticket and what it was."""
    if isinstance(node, Comparison | Words):
        return _leaf(node, tickets, actor)
    if isinstance(node, Not):
        inner = _judge(node.part, tickets, actor)
        return lambda ticket, then: not inner(ticket, then)
    parts = [_judge(part, tickets, actor) for part in node.parts]
    if isinstance(node, Every):
        return lambda ticket, then: all(part(ticket, then) for part in parts)
    return lambda ticket, then: any(part(ticket, then) for part in parts)


def _leaf(leaf: Comparison | Words, tickets: TicketQuerySet, actor: Actor) -> Fits:
    if isinstance(leaf, Words) or not is_known_then(leaf):
        now = set(filtered(tickets, leaf, actor=actor).values_list("pk", flat=True))
        return lambda ticket, _then: ticket in now
    name, values = leaf.field, leaf.values
    if name == "state":
        return lambda _ticket, then: then.state in values
    if name == "is":
        return lambda _ticket, then: any(then.bears(value) for value in values)
    if name in RECORDS:
        meant = names_meant(leaf, actor=actor)
        keys: set[int | None] = {key for value in values for key in meant.get((name, value), ())}
        keys |= {None} if vocabulary.NONE in values else set()
        return lambda _ticket, then: then.key(name) in keys
    return _number(leaf)


def _number(leaf: Comparison) -> Fits:
    asked, name = [int(value) for value in leaf.values], leaf.field

    def fits(_ticket: int, then: Moment) -> bool:
        value = then.number(name)
        if value is None:
            return False
        if leaf.operator == tree.IS:
            return value in asked
        if leaf.operator == tree.BETWEEN:
            return asked[0] <= value <= asked[-1]
        return COMPARED[leaf.operator](value, asked[0])

    return fits
