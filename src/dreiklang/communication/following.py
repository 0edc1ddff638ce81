"""Those who follow a ticket hear of what happens on it, as far as they may know of it at that moment (P29)."""

from __future__ import annotations

from typing import Final

from django.db import connection

from dreiklang.communication import rules
from dreiklang.communication.commands.notifying import notify
from dreiklang.communication.models import Notification
from dreiklang.escalation.events import HandedBack, HandoverMade
from dreiklang.kernel.events import Event
from dreiklang.kernel.journal import Line
from dreiklang.kernel.permissions import Actor, system
from dreiklang.organizations.models import Person
from dreiklang.tickets import policy
from dreiklang.tickets.events import (
    MessageReceived,
    MessageWritten,
    NoteWritten,
    TicketAssigned,
    TicketClosed,
    TicketMoved,
    TicketReopened,
    TicketResolved,
)
from dreiklang.tickets.events.joined import TicketAbsorbed, TicketMerged, TicketParted
from dreiklang.tickets.models import Ticket
from dreiklang.tickets.queries.together import followers_who_see

#: What followers hear of.
HEARD: Final[tuple[type[Event], ...]] = (
    MessageReceived,
    MessageWritten,
    NoteWritten,
    TicketAssigned,
    TicketMoved,
    TicketResolved,
    TicketReopened,
    TicketClosed,
    HandoverMade,
    HandedBack,
    TicketMerged,
    TicketAbsorbed,
    TicketParted,
)


_FOLLOWED = """
SELECT EXISTS (SELECT 1 FROM tickets_follower WHERE ticket_id = %s)
    OR EXISTS (SELECT 1 FROM tickets_ticket WHERE merged_into_id = %s)
"""


def tell_followers(line: Line) -> None:
    """Tell everybody who follows, but the one who did it and those who were told of this line already."""
    if getattr(line.event, "auto", "none") != "none" or getattr(line.event, "channel", "") == rules.TALKED:
        return
    if not _is_followed(line.event.subject_id):
        return
    ticket = Ticket.objects.get(pk=line.event.subject_id)
    own = line.actor_id if line.actor_kind == "person" else None
    told = set(Notification.objects.filter(line_id=line.id).values_list("person_id", flat=True))
    wanted = [
        person.pk
        for person, actor in followers_who_see(ticket)
        if person.pk != own and person.pk not in told and _may_hear(actor, ticket, line.event)
    ]
    if not wanted:
        return
    notify(
        ticket.pk,
        actor=system("notifications"),
        kind=rules.FOLLOWED,
        line_id=line.id,
        persons=wanted,
        by_name=(Person.objects.filter(pk=own).values_list("name", flat=True).first() or "") if own else "",
    )


def _is_followed(ticket_id: int) -> bool:
    """Followed itself, or perhaps one that was merged into it is: most tickets are neither. Asked for every line."""
    with connection.cursor() as cursor:
        cursor.execute(_FOLLOWED, [ticket_id, ticket_id])
        return bool(cursor.fetchone()[0])


def _may_hear(actor: Actor, ticket: Ticket, event: Event) -> bool:
    """An outside team hears of messages it may read and of its own notes, and of nothing else from inside."""
    if isinstance(event, MessageReceived | MessageWritten):
        return policy.sees_messages(actor, ticket)
    if isinstance(event, NoteWritten):
        return policy.notes_visible_to(actor, ticket).filter(pk=event.note_id).exists()
    return not policy.is_outside_house(actor) or isinstance(event, TicketResolved | TicketReopened | TicketClosed)
