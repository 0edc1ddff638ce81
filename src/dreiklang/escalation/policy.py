"""Who may hand over, accept, hand back, offer and use a relay, open the direct line; what stays in whose sight."""

from __future__ import annotations

from dreiklang.escalation.models import Handover, Relay, Ringing
from dreiklang.kernel.permissions import Actor
from dreiklang.tickets import policy as tickets
from dreiklang.tickets.models import Ticket, TicketQuerySet


def may_hand_over(actor: Actor, ticket: Ticket) -> bool:
    """The team that has the ticket, and leads."""
    return tickets.may_move(actor, ticket)


def may_accept(actor: Actor, handover: Handover) -> bool:
    """Members of the receiving team."""
    return actor.is_system or handover.to_team_id in actor.teams


def may_hand_back(actor: Actor, ticket: Ticket) -> bool:
    """The team that has the ticket, and leads."""
    return tickets.may_move(actor, ticket)


def may_offer_relay(actor: Actor, ticket: Ticket) -> bool:
    """Whoever works on the ticket at level 2 or higher and holds it."""
    return tickets.may_move(actor, ticket) and ticket.level >= 2


def may_use_relay(actor: Actor, relay: Relay) -> bool:
    """The level below that it was offered to: only its members can make it a message."""
    return relay.to_team_id in actor.teams and tickets.may_write_to_requester(actor, relay.ticket)


def may_open_direct_line(actor: Actor, ticket: Ticket) -> bool:
    """Somebody inside the house who holds the ticket, the team that handed it up, or a lead; never a vendor."""
    if tickets.is_outside_house(actor) or not tickets.may_work(actor, ticket):
        return False
    handed_it_up = Handover.objects.filter(ticket=ticket, from_team_id__in=actor.teams).exists()
    return tickets.may_move(actor, ticket) or handed_it_up


def in_sight_of(actor: Actor) -> TicketQuerySet:
    """Tickets the actor's teams handed up, not settled and not with them now: they stay in sight, greyed (A7).

    For an external team this shows number, subject and state only; the caller sees to that (A6).
    """
    handed = Handover.objects.filter(from_team_id__in=actor.teams).values("ticket_id")
    return Ticket.objects.unsettled().filter(pk__in=handed).exclude(team_id__in=actor.teams)


def may_manage_ladders(actor: Actor) -> bool:
    """Make, change, try and remove ladders: administrators."""
    return actor.has("control.use") or actor.is_system


def may_answer_ladder(actor: Actor, ticket: Ticket, ringing: Ringing) -> bool:
    """Say 'I see to it': who was told, and leads and managers who see the ticket."""
    if not tickets.may_see(actor, ticket) or actor.kind != "person":
        return False
    return actor.id in ringing.told or (tickets.may_work(actor, ticket) and actor.has(tickets.ASSIGN_OTHERS))


def may_escalate_as_requester(actor: Actor, ticket: Ticket) -> bool:
    """Ask for somebody with more authority: who asked (also by the link in a mail), and the contact of the customer."""
    if actor.is_system:
        return True
    if tickets.asks_for(actor, ticket) and actor.has(tickets.USE_PORTAL):
        return True
    is_own = ticket.customer_id in actor.organizations and not ticket.is_restricted
    return actor.has(tickets.SEE_ORGANIZATION) and is_own
