"""Words with one named third party: a vendor, an outside expert. The requester never reads them."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from dreiklang.kernel import clock
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Invalid, WrongState
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require
from dreiklang.organizations.models import Person
from dreiklang.tickets import policy, rules
from dreiklang.tickets.commands.attaching import Upload, attach
from dreiklang.tickets.commands.finding import remember_words
from dreiklang.tickets.commands.holding import acts_at, author_id, held, held_where_it_goes_on, mark, written
from dreiklang.tickets.commands.sealing import UNSEALED, Seal
from dreiklang.tickets.events import CorrespondenceReceived, CorrespondenceWithdrawn, CorrespondenceWritten
from dreiklang.tickets.models import Correspondence, Message, Ticket
from dreiklang.tickets.rules.case_numbers import case_number_in


@command
def write_to_third_party(
    ticket: Ticket,
    *,
    actor: Actor,
    party_name: str,
    party_address: str,
    text: str,
    html: str = "",
    subject: str = "",
    reference: str = "",
    party: Person | None = None,
    attachments: Sequence[Upload] = (),
) -> Correspondence:
    """Write to a third party about a ticket. Raises Invalid for an empty text or a bad address."""
    ticket = held(ticket, actor=actor)
    require(policy.may_write_to_third_party(actor, ticket))
    problems: dict[str, list[str]] = {}
    if not text.strip():
        problems["text"] = [_("There is nothing written yet.")]
    try:
        validate_email(party_address)
    except ValidationError:
        problems["party_address"] = [_("This is not a mail address.")]
    if problems:
        raise Invalid(problems)
    at = acts_at(actor, ticket)
    words = Correspondence.objects.create(
        ticket=ticket,
        direction=Message.Direction.OUT,
        party_name=party_name[:200] or party_address,
        party_address=party_address.lower(),
        party=party,
        reference=reference[:100],
        author_id=author_id(actor),
        level=at["level"] or None,
        subject=(subject or ticket.subject)[:500],
        text=text,
        html=html,
        delivery=Message.Delivery.WAITING,
        said_at=clock.now(),
    )
    attach(words, attachments, ticket=ticket)
    mark(ticket, "out", level=at["level"] or None)
    written(ticket, "trail")
    remember_words(ticket, inside=[text, words.party_name, words.reference])
    publish(
        CorrespondenceWritten(
            subject_id=ticket.pk,
            correspondence_id=words.pk,
            party=words.party_name,
            gist=rules.first_words(text),
            **at,
        ),
        actor=actor,
    )
    return words


@command
def withdraw_correspondence(words: Correspondence, *, actor: Actor) -> Correspondence:
    """Take back words to a third party that have not left yet (ten seconds). Raises WrongState if they have."""
    ticket = held(words.ticket_id, actor=actor)
    words = Correspondence.objects.select_for_update().get(pk=words.pk)
    require(actor.is_system or words.author_id == actor.id)
    if words.delivery != Message.Delivery.WAITING:
        raise WrongState(_("It has already left."))
    words.delivery = Message.Delivery.WITHDRAWN
    words.save(update_fields=["delivery"])
    written(ticket)
    publish(
        CorrespondenceWithdrawn(subject_id=ticket.pk, correspondence_id=words.pk, **acts_at(actor, ticket)),
        actor=actor,
    )
    return words


@command
def receive_from_third_party(
    ticket: Ticket,
    *,
    actor: Actor,
    party_name: str,
    party_address: str,
    text: str,
    html: str = "",
    subject: str = "",
    reference: str = "",
    party: Person | None = None,
    source_id: int | None = None,
    seal: Seal = UNSEALED,
    attachments: Sequence[Upload] = (),
) -> Correspondence:
    """A third party answers. The words stay with those inside the house.

    ``reference``: the number the other side gave the case; read from the letter where it is not given.
    """
    _asked, ticket = held_where_it_goes_on(ticket, actor=actor)
    require(actor.is_system or policy.may_write_to_third_party(actor, ticket))
    words = Correspondence.objects.create(
        ticket=ticket,
        direction=Message.Direction.IN,
        party_name=party_name[:200] or party_address,
        party_address=party_address.lower(),
        party=party,
        reference=(reference or case_number_in(subject, text, own=str(ticket.number)))[:100],
        subject=subject[:500],
        text=text,
        html=html,
        source_id=source_id,
        said_at=clock.now(),
        **seal.as_fields(),
    )
    attach(words, attachments, ticket=ticket)
    written(ticket)
    remember_words(ticket, inside=[text, subject, words.party_name, words.reference])
    publish(
        CorrespondenceReceived(
            subject_id=ticket.pk,
            correspondence_id=words.pk,
            party=words.party_name,
            gist=rules.first_words(text or subject),
        ),
        actor=actor,
    )
    return words
