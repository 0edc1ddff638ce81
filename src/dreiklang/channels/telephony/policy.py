"""Who may see calls and their cards: those inside the house whose call it is, who shall take it, and its team."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from dreiklang.channels.telephony.models import Call, Transfer
from dreiklang.kernel.permissions import Actor
from dreiklang.tickets import policy as tickets


def may_keep_systems(actor: Actor) -> bool:
    """Make and change telephone systems, extensions, scripts; look at what could not be read."""
    return actor.is_system or actor.has("control.use")


def may_talk(actor: Actor) -> bool:
    """Begin a card, take a call: whoever works at the desk as a person."""
    return actor.kind == "person" and actor.has(tickets.WORK)


def visible_to(actor: Actor) -> QuerySet[Call]:
    """The calls an actor may know of: never a requester, an external provider or a vendor.

    One's own, those that ring or rang at one's place, those offered to one's team or taken by it, and those of the
    team that answers a system, of everybody where none does. What belongs to a ticket of restricted sight only its
    own people see, and those who see the ticket from inside.
    """
    if actor.is_system or actor.has(tickets.SEE_ALL):
        return Call.objects.all()
    if not may_talk(actor):
        return Call.objects.none()
    handed = Transfer.objects.filter(call=OuterRef("pk")).filter(
        Q(state=Transfer.State.OFFERED, to_team__in=actor.teams) | Q(author_id=actor.id) | Q(ended_by_id=actor.id)
    )
    own = Q(agent_id=actor.id) | Exists(handed)
    around = Q(rings_at__contains=[actor.person_id]) | Q(system__team__in=actor.teams)
    around |= Q(system__team=None, system__isnull=False)
    open_sight = Q(ticket=None) | Q(ticket__is_restricted=False) | Q(ticket__in=tickets.seen_inside_by(actor))
    return Call.objects.filter(own | (around & open_sight))


def may_write_on(actor: Actor, call: Call) -> bool:
    """Write on the card: whoever talks, or anybody who sees it while nobody has taken it."""
    if actor.is_system:
        return True
    if not may_talk(actor):
        return False
    return call.agent_id == actor.id or (call.agent_id is None and visible_to(actor).filter(pk=call.pk).exists())


def may_take(actor: Actor, transfer: Transfer) -> bool:
    """Take an offered call: the person it is for, or the team."""
    if not may_talk(actor) or transfer.to_team_id not in actor.teams:
        return False
    return transfer.to_person_id in (None, actor.id)
