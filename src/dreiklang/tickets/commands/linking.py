"""Links between tickets: two that have to do with each other, one that is the same as another, one that caused it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from dreiklang.kernel import clock
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Invalid, NotFound
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require
from dreiklang.tickets import policy
from dreiklang.tickets.commands.holding import acts_at, author_id, held_both, written
from dreiklang.tickets.events.together import TicketLinked, TicketUnlinked
from dreiklang.tickets.models import Ticket, TicketLink


@command
def link(ticket: Ticket, *, actor: Actor, other: Ticket, kind: str = TicketLink.Kind.RELATED) -> TicketLink:
    """Tie two tickets: ``ticket`` has to do with, is the same as, or is caused by ``other``.

    Nobody outside sees links. Raises Invalid for an unknown kind, a ticket with itself, or a link that is there.
    """
    if kind not in TicketLink.Kind.values:
        raise Invalid({"kind": [_("This kind of link does not exist.")]})
    ticket, other = held_both(ticket, other, actor=actor)
    require(policy.may_work(actor, ticket))
    is_there = TicketLink.objects.filter(origin=ticket, target=other, kind=kind)
    if kind == TicketLink.Kind.RELATED:
        is_there = is_there | TicketLink.objects.filter(origin=other, target=ticket, kind=kind)
    elif TicketLink.objects.filter(origin=other, target=ticket, kind=kind).exists():
        raise Invalid({"other": [_("These two are linked so the other way round.")]}, code="linked_the_other_way")
    if is_there.exists():
        raise Invalid({"other": [_("These two are linked so already.")]}, code="already_linked")
    made = TicketLink.objects.create(
        origin=ticket, target=other, kind=kind, author_id=author_id(actor), linked_at=clock.now()
    )
    _tell(TicketLinked, made, ticket, other, actor=actor)
    return made


@command
def unlink(gone: TicketLink, *, actor: Actor) -> None:
    """Untie two tickets."""
    ticket, other = held_both(gone.origin, gone.target, actor=actor)
    require(policy.may_work(actor, ticket) or policy.may_work(actor, other))
    if not TicketLink.objects.filter(pk=gone.pk).exists():
        raise NotFound(_("These two are not linked any more."))
    _tell(TicketUnlinked, gone, ticket, other, actor=actor)
    gone.delete()


def _tell(event: Any, link: TicketLink, ticket: Ticket, other: Ticket, *, actor: Actor) -> None:
    """A line about each of the two."""
    for one, two in ((ticket, other), (other, ticket)):
        written(one)
        publish(
            event(
                subject_id=one.pk,
                link_id=link.pk,
                kind=link.kind,
                other_id=two.pk,
                other_number=two.number,
                is_origin=one.pk == link.origin_id,
                **acts_at(actor, one),
            ),
            actor=actor,
        )
