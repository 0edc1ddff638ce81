"""What a person keeps for themselves: drafts that survive log-out and crash, and how far they have read."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from dreiklang.kernel import clock
from dreiklang.kernel.command import fleeting, personal
from dreiklang.kernel.errors import Invalid, NotFound
from dreiklang.kernel.permissions import Actor
from dreiklang.tickets import policy
from dreiklang.tickets.models import Draft, DraftPicture, ReadMark, Ticket

LARGEST_DRAFT = 2_000_000


@personal
def save_draft(ticket: Ticket | None, *, actor: Actor, place: str, content: dict[str, Any]) -> Draft:
    """Keep what somebody is typing, under ticket and place. An empty content removes it."""
    if ticket is not None and not policy.may_see(actor, ticket):
        raise NotFound()
    if len(str(content)) > LARGEST_DRAFT:
        raise Invalid({"content": [_("The draft is too large to be kept on the server.")]}, code="draft_too_large")
    draft, _created = Draft.objects.update_or_create(
        person_id=actor.person_id,
        ticket=ticket,
        place=place[:30],
        defaults={"content": content, "saved_at": clock.now()},
    )
    return draft


@personal
def drop_draft(ticket: Ticket | None, *, actor: Actor, place: str) -> None:
    """Forget a draft, because it was sent or thrown away."""
    Draft.objects.filter(person_id=actor.person_id, ticket=ticket, place=place).delete()
    DraftPicture.objects.filter(person_id=actor.person_id, ticket=ticket, place=place).delete()


@fleeting
def mark_read(ticket: Ticket, *, actor: Actor) -> None:
    """Remember that somebody has read a ticket up to now."""
    ReadMark.objects.bulk_create(
        [ReadMark(person_id=actor.person_id, ticket=ticket, read_at=clock.now())],
        update_conflicts=True,
        unique_fields=["person", "ticket"],
        update_fields=["read_at"],
    )
