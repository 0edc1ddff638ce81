"""Messages of one ticket become another one. They keep author and time, and stand on both; nothing is moved.

The way back is a merge: the new ticket goes on in the first one again.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from dreiklang.kernel import clock
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Invalid
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require
from dreiklang.organizations.models import Person
from dreiklang.tickets import policy
from dreiklang.tickets.commands.finding import remember_words
from dreiklang.tickets.commands.holding import acts_at, author_id, held, written
from dreiklang.tickets.commands.opening import open_ticket
from dreiklang.tickets.events.joined import TicketSplit, TicketSplitOff
from dreiklang.tickets.models import Carried, Message, Split, Ticket

MOST = 200


@command
def split(
    ticket: Ticket,
    *,
    actor: Actor,
    messages: Sequence[Message],
    subject: str,
    requester: Person | None = None,
) -> Ticket:
    """Make a ticket of its own out of some messages. It begins at the first level; nobody is written to.

    ``requester``: of the new ticket, by default the same. Somebody else only if all picked messages are their own
    words, so that nobody gets to read what others wrote (P19). Raises Invalid by field.
    """
    ticket = held(ticket, actor=actor)
    require(actor.is_system or (actor.has(policy.WORK) and policy.may_work(actor, ticket)))
    picked = _readable(ticket, messages, actor)
    requester = requester or ticket.requester
    if requester.pk != ticket.requester_id and any(m.author_id != requester.pk for m in picked):
        raise Invalid({"requester": [_("Only who wrote all of these messages can ask in their own name.")]})
    team = ticket.team if ticket.team and ticket.team.level == 1 else None
    made = open_ticket(
        requester,
        actor=actor,
        subject=subject,
        kind=ticket.kind,
        channel=ticket.channel,
        category=ticket.category,
        impact=ticket.impact,
        urgency=ticket.urgency,
        team=team,
        language=ticket.language if requester.pk == ticket.requester_id else "",
    )
    _carry(made, picked)
    Split.objects.create(origin=ticket, made=made, author_id=author_id(actor), split_at=clock.now())
    written(ticket)
    for one, other, event in ((ticket, made, TicketSplit), (made, ticket, TicketSplitOff)):
        publish(
            event(
                subject_id=one.pk,
                other_id=other.pk,
                other_number=other.number,
                messages=len(picked),
                **acts_at(actor, one),
            ),
            actor=actor,
        )
    return made


def _readable(ticket: Ticket, messages: Sequence[Message], actor: Actor) -> list[Message]:
    """The picked messages in their order, if the actor reads each of them on this ticket."""
    wanted = {m.pk for m in messages}
    found = list(policy.messages_visible_to(actor, ticket).filter(pk__in=wanted).order_by("said_at", "id"))
    if not wanted or len(found) != len(wanted) or len(found) > MOST:
        raise Invalid({"messages": [_("Please choose at least one message of this ticket.")]})
    return found


def _carry(made: Ticket, picked: Sequence[Message]) -> None:
    now = clock.now()
    Carried.objects.bulk_create(Carried(ticket=made, message=m, carried_at=now) for m in picked)
    remember_words(made, outside=[text for m in picked for text in (m.subject, m.text)])
    last = picked[-1]
    made.last_word_by = "requester" if last.direction == Message.Direction.IN else "desk"
    written(made, "last_word_by")
