"""What all ticket commands begin and end with: the ticket locked and current, the acting level, the trail."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from dreiklang.kernel import clock
from dreiklang.kernel.errors import Conflict, Invalid, NotFound, WrongState
from dreiklang.kernel.insertion import insert
from dreiklang.kernel.permissions import Actor
from dreiklang.tickets import lifecycle, policy, rules
from dreiklang.tickets.models import Assignment, Pending, Ticket
from dreiklang.tickets.queries.weight import weight_of


def held(ticket: Ticket | int, *, actor: Actor, version: int | None = None) -> Ticket:
    """The ticket as it stands now, locked until the command ends.

    Raises NotFound if the actor may not know of it, Conflict if somebody changed it since ``version``.
    """
    key = ticket.pk if isinstance(ticket, Ticket) else ticket
    current = _locked(key)
    if current is None or not policy.may_see(actor, current):
        raise NotFound(_("There is no such ticket."))
    if version is not None and version != current.version:
        raise Conflict(_("Somebody else changed this ticket in the meantime."), current=current.version)
    return current


def held_both(first: Ticket, second: Ticket, *, actor: Actor) -> tuple[Ticket, Ticket]:
    """Two tickets locked and current, always in the order of their numbers, so that two people never block each other.

    Raises NotFound if the actor may not know of one of them, Invalid for a ticket with itself.
    """
    if first.pk == second.pk:
        raise Invalid({"other": [_("This is the same ticket.")]}, code="same_ticket")
    found = {key: held(key, actor=actor) for key in sorted((first.pk, second.pk))}
    for ticket in found.values():
        if not policy.works_inside(actor, ticket):
            raise NotFound(_("There is no such ticket."))
    return found[first.pk], found[second.pk]


def held_where_it_goes_on(ticket: Ticket | int, *, actor: Actor) -> tuple[Ticket, Ticket]:
    """A ticket that the actor may know of, and the one it goes on in after merges: the same, if it was not merged.

    Whoever writes on a merged ticket need not know of the survivor; their words reach it all the same.
    """
    asked = current = held(ticket, actor=actor)
    while current.merged_into_id is not None:
        following = _locked(current.merged_into_id)
        assert following is not None  # protected by its foreign key
        current = following
    return asked, current


_FIELDS = Ticket._meta.concrete_fields
_LOCK = f"SELECT {', '.join(str(field.column) for field in _FIELDS)} FROM tickets_ticket WHERE id = %s FOR UPDATE"  # noqa: S608


def _locked(key: int | None) -> Ticket | None:
    """The row, locked. Every command begins with it, so the statement is written once and not composed each time."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [key])
        row = cursor.fetchone()
    if row is None:
        return None
    values = [
        field.from_db_value(value, None, connection) if hasattr(field, "from_db_value") else value
        for field, value in zip(_FIELDS, row, strict=True)
    ]
    return Ticket.from_db("default", [field.attname for field in _FIELDS], values)


def take_step(ticket: Ticket, verb: str) -> None:
    """Second beat: move the ticket by the lifecycle, or refuse."""
    step = lifecycle.TICKET.step(verb, ticket.state)
    if step is None:
        raise WrongState(_("This is not possible while the ticket is in this state."))
    ticket.state = step.target
    ticket.state_group = lifecycle.TICKET.groups[step.target]


#: Where one of these changes, the ticket weighs anew in the order of work.
WEIGHING = frozenset({"kind", "priority", "level", "category", "service", "affected_people", "requester"})


def written(ticket: Ticket, *fields: str) -> None:
    """Save some fields of a ticket, with its version and the moment, and its weight in the order of work."""
    if not WEIGHING.isdisjoint(fields):
        weigh(ticket)
        fields = (*fields, "delay_cost", "work_minutes")
    ticket.version += 1
    ticket.changed_at = clock.now()
    ticket.save(update_fields=[*fields, "version", "changed_at"])


def weigh(ticket: Ticket) -> None:
    """Set what an hour of waiting loses and how long the work is expected to take."""
    ticket.delay_cost, ticket.work_minutes = weight_of(ticket)


def acts_at(actor: Actor, ticket: Ticket) -> dict[str, Any]:
    """Level and team at which an actor acts on a ticket, as every event names them; 0 for the desk itself."""
    if actor.is_system or not actor.levels:
        return {"level": 0, "team_id": None}
    holds = ticket.team_id in actor.teams
    level = rules.acting_level(actor.levels, ticket.level, holds_ticket=holds)
    return {"level": level, "team_id": ticket.team_id if holds else min(actor.teams, default=None)}


def author_id(actor: Actor) -> int | None:
    """The person behind an actor, or None for the desk itself."""
    return actor.id if actor.kind == "person" else None


def begin_with(ticket: Ticket, *, team_id: int, level: int, signs: Sequence[str] = ()) -> None:
    """Save a new ticket in the hands of its first team; ``signs``: what happens with it in the same moment."""
    mark(ticket, "stay", level=level)
    ticket.team_id, ticket.level = team_id, level
    for sign in signs:
        mark(ticket, sign)
    weigh(ticket)
    insert(ticket)
    insert(Assignment(ticket=ticket, level=level, team_id=team_id, from_at=clock.now()))


def give_to(ticket: Ticket, *, team_id: int, level: int, person_id: int | None) -> None:
    """End the present assignment and begin the next; the trail for the sparkline grows by a stay."""
    now = clock.now()
    Assignment.objects.filter(ticket=ticket, until_at=None).update(until_at=now)
    Assignment.objects.create(ticket=ticket, level=level, team_id=team_id, person_id=person_id, from_at=now)
    if (ticket.level, ticket.team_id) != (level, team_id) or not ticket.trail:
        mark(ticket, "stay", level=level, at=now)
    ticket.team_id, ticket.level, ticket.assignee_id = team_id, level, person_id


TRAIL_LENGTH = 60


def mark(ticket: Ticket, sign: str, *, at: datetime | None = None, level: int | None = None) -> None:
    """Add a sign to the short trail of a ticket: ``[sign, level, unix minute]``; the newest sixty are kept.

    Signs: stay, out, wait, go, back, close, open. Lists draw the sparkline from it without touching the journal.
    """
    minute = int((at or clock.now()).timestamp() // 60)
    ticket.trail = [*ticket.trail[-(TRAIL_LENGTH - 1) :], [sign, level or ticket.level, minute]]


def end_pending(ticket: Ticket) -> bool:
    """End the pause of a ticket, if it has one; says whether it had."""
    ended = Pending.objects.filter(ticket=ticket, ended_at=None).update(ended_at=clock.now())
    ticket.returns_at = None
    return bool(ended)
