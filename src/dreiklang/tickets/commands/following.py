"""Agents who follow a ticket that is not theirs."""

from __future__ import annotations

from django.utils.translation import gettext as _

from dreiklang.kernel import clock
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Invalid, NotFound
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require
from dreiklang.organizations.models import Person
from dreiklang.teams.queries import actor_for
from dreiklang.tickets import policy
from dreiklang.tickets.commands.holding import acts_at, held
from dreiklang.tickets.events.together import TicketFollowed, TicketUnfollowed
from dreiklang.tickets.models import Follower, Ticket


@command
def follow(ticket: Ticket, *, actor: Actor, person: Person | None = None) -> Follower:
    """Hear of what happens on a ticket; with ``person``, let a colleague hear of it.

    Only for those who may see the ticket from inside, and only as long as they may (P29). Raises Invalid otherwise.
    """
    ticket = held(ticket, actor=actor)
    person_id = person.pk if person else actor.person_id
    is_for_other = person_id != actor.id
    require(policy.may_work(actor, ticket) if is_for_other else policy.works_inside(actor, ticket))
    if person is not None and is_for_other:
        account = person.account
        if account is None or not account.is_active or not policy.works_inside(actor_for(account), ticket):
            raise Invalid({"person": [_("This person may not see the ticket.")]}, code="may_not_see")
    made, is_new = Follower.objects.get_or_create(
        ticket=ticket, person_id=person_id, defaults={"since_at": clock.now()}
    )
    if not is_new:
        raise Invalid({"person": [_("Follows the ticket already.")]}, code="already_following")
    publish(TicketFollowed(subject_id=ticket.pk, person_id=person_id, **acts_at(actor, ticket)), actor=actor)
    return made


@command
def unfollow(ticket: Ticket, *, actor: Actor, person: Person | None = None) -> Ticket:
    """Hear of it no more. Everybody for themselves; those who work on the ticket for others too."""
    ticket = held(ticket, actor=actor)
    person_id = person.pk if person else actor.person_id
    require(person_id == actor.id or policy.may_work(actor, ticket))
    if not Follower.objects.filter(ticket=ticket, person_id=person_id).delete()[0]:
        raise NotFound(_("Nobody of this name follows the ticket."))
    publish(TicketUnfollowed(subject_id=ticket.pk, person_id=person_id, **acts_at(actor, ticket)), actor=actor)
    return ticket
