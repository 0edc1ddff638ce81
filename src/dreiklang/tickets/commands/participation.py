"""Who is kept in copy."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from dreiklang.kernel import clock
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Invalid
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require
from dreiklang.organizations.models import Person
from dreiklang.tickets import policy
from dreiklang.tickets.commands.holding import acts_at, held, written
from dreiklang.tickets.events import ParticipantAdded, ParticipantRemoved
from dreiklang.tickets.models import Participant, Ticket


@command
def add_participant(
    ticket: Ticket,
    *,
    actor: Actor,
    address: str,
    name: str = "",
    person: Person | None = None,
    gets_copies: bool = True,
) -> Participant:
    """Keep somebody in copy. It gives no access to the portal and none of the earlier words (P19)."""
    ticket = held(ticket, actor=actor)
    require(actor.is_system or policy.may_work(actor, ticket))
    address = address.strip().lower()
    try:
        validate_email(address)
    except ValidationError as bad:
        raise Invalid({"address": [_("This is not a mail address.")]}) from bad
    participant, created = Participant.objects.get_or_create(
        ticket=ticket,
        address=address,
        defaults={"name": name[:200], "person": person, "gets_copies": gets_copies, "since_at": clock.now()},
    )
    if not created:
        raise Invalid({"address": [_("This address is in copy already.")]}, code="already_in_copy")
    written(ticket)
    publish(
        ParticipantAdded(
            subject_id=ticket.pk, participant_id=participant.pk, address=address, **acts_at(actor, ticket)
        ),
        actor=actor,
    )
    return participant


@command
def remove_participant(participant: Participant, *, actor: Actor) -> Ticket:
    """Keep somebody in copy no longer."""
    ticket = held(participant.ticket_id, actor=actor)
    require(policy.may_work(actor, ticket))
    gone = ParticipantRemoved(
        subject_id=ticket.pk,
        participant_id=participant.pk,
        address=participant.address,
        **acts_at(actor, ticket),
    )
    participant.delete()
    written(ticket)
    publish(gone, actor=actor)
    return ticket
