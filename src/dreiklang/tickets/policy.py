"""Who may see a ticket and its words, and who may do what. Every list of tickets passes through ``visible_to``."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from dreiklang.assets import policy as assets
from dreiklang.kernel.permissions import Actor
from dreiklang.tickets.models import Assignment, Attachment, Note, Ticket, TicketQuerySet

WORK = "tickets.work"
WORK_HANDED = "tickets.work_handed"
SEE_ALL = "tickets.see_all"
ASSIGN_OTHERS = "tickets.assign_others"
USE_PORTAL = "portal.use"
SEE_ORGANIZATION = "portal.see_organization"


def visible_to(actor: Actor) -> TicketQuerySet:
    """The tickets an actor may know of. Nobody without a right sees any."""
    if actor.is_system or actor.has(SEE_ALL):
        return Ticket.objects.all()
    return Ticket.objects.filter(_visible(actor))


def _visible(actor: Actor) -> Q:
    seen = Q(pk__in=[])
    if actor.has(WORK):
        had = Assignment.objects.filter(team_id__in=actor.teams).values("ticket_id")
        seen |= Q(is_restricted=False) | Q(team_id__in=actor.teams) | Q(is_restricted=True, pk__in=had)
    elif actor.has(WORK_HANDED):
        # an external team or a vendor: what is in their hands now, and nothing else (A6, P29)
        seen |= Q(team_id__in=actor.teams)
    if actor.has(USE_PORTAL) and actor.kind == "person":
        seen |= Q(requester_id=actor.id)
    if actor.has(SEE_ORGANIZATION):
        seen |= Q(customer_id__in=actor.organizations, is_restricted=False)
    return seen


def may_see(actor: Actor, ticket: Ticket) -> bool:
    """Whether an actor may know of this ticket; the same answer as ``visible_to``, mostly without a query."""
    if actor.is_system or actor.has(SEE_ALL):
        return True
    if actor.has(WORK):
        if not ticket.is_restricted or ticket.team_id in actor.teams:
            return True
        if Assignment.objects.filter(ticket=ticket, team_id__in=actor.teams).exists():
            return True
    elif actor.has(WORK_HANDED) and ticket.team_id in actor.teams:
        return True
    if actor.has(USE_PORTAL) and asks_for(actor, ticket):
        return True
    return actor.has(SEE_ORGANIZATION) and not ticket.is_restricted and ticket.customer_id in actor.organizations


def asks_for(actor: Actor, ticket: Ticket) -> bool:
    """Whether the actor is the requester: a person, never an account or a part of the desk with the same id."""
    return actor.kind == "person" and actor.id == ticket.requester_id


def works_inside(actor: Actor, ticket: Ticket) -> bool:
    """Whether an actor sees the ticket from inside: as somebody who works, not as somebody who asks."""
    if actor.is_system or actor.has(SEE_ALL):
        return True
    if actor.has(WORK):
        return may_see(actor, ticket) and (not ticket.is_restricted or _is_party_inside(actor, ticket))
    return actor.has(WORK_HANDED) and ticket.team_id in actor.teams


def _is_party_inside(actor: Actor, ticket: Ticket) -> bool:
    return ticket.team_id in actor.teams or Assignment.objects.filter(ticket=ticket, team_id__in=actor.teams).exists()


def is_outside_house(actor: Actor) -> bool:
    """Whether an actor works for an external provider or a vendor."""
    return actor.has(WORK_HANDED) and not actor.has(WORK)


def holds(actor: Actor, ticket: Ticket) -> bool:
    """Whether the actor's team has the ticket now."""
    return actor.is_system or ticket.team_id in actor.teams


def may_work(actor: Actor, ticket: Ticket) -> bool:
    """Write notes, log interventions, classify: everybody inside who sees the ticket, outside teams that hold it."""
    return works_inside(actor, ticket) and (actor.is_system or actor.has(WORK) or holds(actor, ticket))


def may_move(actor: Actor, ticket: Ticket) -> bool:
    """Hand on, pause, resolve: the team that has it, and leads."""
    return may_work(actor, ticket) and (holds(actor, ticket) or actor.has(ASSIGN_OTHERS))


def may_write_to_requester(actor: Actor, ticket: Ticket) -> bool:
    """Levels 1 and 2 write to the requester; level 3 only over the direct line; a vendor never (A5)."""
    if not may_work(actor, ticket) or actor.is_system:
        return actor.is_system
    lowest = min(actor.levels, default=1)
    return lowest <= 2 or (lowest == 3 and ticket.is_direct)


def may_write_to_third_party(actor: Actor, ticket: Ticket) -> bool:
    """Correspondence is for those inside the house."""
    return may_work(actor, ticket) and (actor.is_system or actor.has(WORK))


def sees_messages(actor: Actor, ticket: Ticket) -> bool:
    """What was said with the requester: all who see the ticket but a vendor, who gets the handover's clean case."""
    if is_outside_house(actor) and works_inside(actor, ticket):
        return min(actor.levels, default=4) <= 3
    return may_see(actor, ticket)


def notes_visible_to(actor: Actor, ticket: Ticket) -> QuerySet[Note]:
    """Notes: all for those inside the house, their own team's for an outside team, none for anybody else."""
    if not works_inside(actor, ticket):
        return Note.objects.none()
    notes = Note.objects.filter(ticket=ticket)
    return notes.filter(team_id__in=actor.teams) if is_outside_house(actor) else notes


def sees_correspondence(actor: Actor, ticket: Ticket) -> bool:
    """Words with third parties: only inside the house."""
    return works_inside(actor, ticket) and not is_outside_house(actor)


def attachments_visible_to(actor: Actor, ticket: Ticket) -> QuerySet[Attachment]:
    """A file may be had by whoever may read the words it came with."""
    allowed = Q(pk__in=[])
    if sees_messages(actor, ticket):
        allowed |= Q(message__isnull=False)
    if sees_correspondence(actor, ticket):
        allowed |= Q(correspondence__isnull=False)
    allowed |= Q(note__in=notes_visible_to(actor, ticket))
    return Attachment.objects.filter(allowed, ticket=ticket)


def may_name_service(actor: Actor, ticket: Ticket) -> bool:
    """Say which service is affected and how many people: those inside the house who work on the ticket."""
    return may_work(actor, ticket) and not is_outside_house(actor)


def may_see_costs(actor: Actor, ticket: Ticket) -> bool:
    """What the outage costs: the provider's desk and the customer's contact, as far as they see the ticket."""
    return may_see(actor, ticket) and assets.may_see_costs(actor, customer_id=ticket.customer_id)


def may_confirm(actor: Actor, ticket: Ticket) -> bool:
    """Say that it works again, or does not: the requester; the first level on the phone; a signed link (as system)."""
    return actor.is_system or asks_for(actor, ticket) or may_work(actor, ticket)
