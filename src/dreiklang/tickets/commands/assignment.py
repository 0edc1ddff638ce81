"""Who works on a ticket: taking it, giving it to a colleague, sorting it to another team of the same level."""

from __future__ import annotations

from django.utils.translation import gettext as _

from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Invalid
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require
from dreiklang.organizations.models import Person
from dreiklang.teams.models import Team
from dreiklang.teams.queries import memberships_on, today
from dreiklang.tickets import lifecycle, policy
from dreiklang.tickets.commands.holding import acts_at, give_to, held, take_step, written
from dreiklang.tickets.events import TicketAssigned, TicketMoved
from dreiklang.tickets.models import Ticket


@command
def assign(ticket: Ticket, *, actor: Actor, person: Person | None, version: int | None = None) -> Ticket:
    """Give a ticket to a member of the team that has it, or (None) back to the team as a whole.

    Taking it oneself needs membership; giving it to others is for the team's members and leads.
    Raises Invalid if the person is not a member today.
    """
    ticket = held(ticket, actor=actor, version=version)
    require(policy.may_move(actor, ticket))
    if ticket.team_id is None or (person and not is_member(person.pk, ticket.team_id)):
        raise Invalid({"person": [_("This person is not in the team that has the ticket.")]})
    former = ticket.assignee_id
    give_to(ticket, team_id=ticket.team_id, level=ticket.level, person_id=person.pk if person else None)
    fields = ["assignee", "team", "level", "trail"]
    if person and ticket.state == lifecycle.NEW:
        take_step(ticket, "start")
        fields += ["state", "state_group"]
    written(ticket, *fields)
    publish(
        TicketAssigned(
            subject_id=ticket.pk,
            person_id=person.pk if person else None,
            former_person_id=former,
            holder_level=ticket.level,
            holder_team_id=ticket.team_id,
            **acts_at(actor, ticket),
        ),
        actor=actor,
    )
    return ticket


@command
def move_to_team(ticket: Ticket, *, actor: Actor, team: Team, reason: str = "", version: int | None = None) -> Ticket:
    """Sort a ticket to another team of the same level. To another level it goes by a handover or a hand back."""
    ticket = held(ticket, actor=actor, version=version)
    require(policy.may_move(actor, ticket))
    if not team.is_active or team.level != ticket.level:
        raise Invalid({"team": [_("Another level gets the ticket by a handover.")]})
    if team.pk == ticket.team_id or ticket.team_id is None:
        raise Invalid({"team": [_("This team has the ticket already.")]})
    former, acting = ticket.team_id, acts_at(actor, ticket)
    give_to(ticket, team_id=team.pk, level=team.level, person_id=None)
    written(ticket, "assignee", "team", "level", "trail")
    publish(
        TicketMoved(
            subject_id=ticket.pk,
            holder_level=team.level,
            holder_team_id=team.pk,
            former_team_id=former,
            reason=reason.strip(),
            **acting,
        ),
        actor=actor,
    )
    return ticket


def is_member(person_id: int, team_id: int) -> bool:
    """Whether somebody belongs to a team today."""
    return memberships_on(today()).filter(person_id=person_id, team_id=team_id).exists()
