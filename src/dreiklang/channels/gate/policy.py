"""Who may see and decide what waits at the gate."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from dreiklang.channels.models import Held, Incoming
from dreiklang.kernel.permissions import Actor
from dreiklang.tickets import policy as tickets

SEE = "gate.work"


def may_see_gate(actor: Actor) -> bool:
    """See what came in and what became of it, with the originals: who keeps the desk running."""
    return actor.is_system or actor.has(SEE)


def may_settle_held(actor: Actor) -> bool:
    """Decide where held mails belong: the first level, and who keeps the desk running."""
    return may_see_gate(actor) or (actor.has(tickets.WORK) and 1 in actor.levels)


def may_block(actor: Actor) -> bool:
    """Say that something is spam and block its sender: who decides about held mails."""
    return may_settle_held(actor)


def may_keep_blocked(actor: Actor) -> bool:
    """See and change the list of all who are blocked: who keeps the desk running."""
    return may_see_gate(actor)


def held_visible_to(actor: Actor) -> QuerySet[Held]:
    """Held mails; one that claims a ticket of restricted sight only for those who may see that ticket."""
    if not may_settle_held(actor):
        return Held.objects.none()
    seen = tickets.seen_inside_by(actor).filter(pk=OuterRef("claimed_id"))
    return Held.objects.filter(Q(claimed=None) | Exists(seen))


def visible_to(actor: Actor) -> QuerySet[Incoming]:
    """The stored originals."""
    return Incoming.objects.all() if may_see_gate(actor) else Incoming.objects.none()
