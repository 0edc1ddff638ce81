"""Giving the open tickets of somebody who is away to others, in one go."""

from __future__ import annotations

from django.utils.translation import gettext as _

from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Invalid
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require
from dreiklang.organizations.models import Person
from dreiklang.shifts import policy
from dreiklang.shifts.events import WorkTakenOver
from dreiklang.shifts.queries import plan_for
from dreiklang.tickets.commands.assignment import assign
from dreiklang.tickets.commands.conversation import write_note
from dreiklang.tickets.models import Ticket


@command
def give_work(person: Person, *, actor: Actor, to: Person | None, note: str = "") -> list[Ticket]:
    """Give all open tickets of a person to another, where they are in the team, else back to the team; all or none.

    ``note`` stays inside, at each ticket. Raises Invalid if there is nothing to give.
    """
    require(policy.may_give_work_of(actor, person))
    if to is not None and to.pk == person.pk:
        raise Invalid({"to": [_("This is the person who is away.")]})
    plan = plan_for(person, actor=actor, to=to)
    if not plan:
        raise Invalid({"to": [_("There are no open tickets to give.")]})
    for given in plan:
        assign(given.ticket, actor=actor, person=given.to)
        if note.strip():
            write_note(given.ticket, actor=actor, text=note)
    publish(
        WorkTakenOver(
            subject_id=person.pk,
            ticket_ids=tuple(given.ticket.pk for given in plan),
            to_person_id=to.pk if to else None,
            note=note.strip(),
        ),
        actor=actor,
    )
    return [given.ticket for given in plan]
