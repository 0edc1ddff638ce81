"""Who may see a ticket and its words, and who may do what. Every list of tickets passes through ``visible_to``."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from dreiklang.assets import policy as assets
from dreiklang.kernel.lifecycle import SETTLED
from dreiklang.kernel.permissions import Actor
from dreiklang.kernel.questions import Question
from dreiklang.organizations.models import Address
from dreiklang.teams.models import Team
from dreiklang.tickets.lifecycle import MERGED
from dreiklang.tickets.models import (
    Assignment,
    Attachment,
    Carried,
    Complaint,
    Message,
    Note,
    SavedView,
    Ticket,
    TicketQuerySet,
)
from dreiklang.tickets.rules import COMPLAINT

WORK = "tickets.work"
WORK_HANDED = "tickets.work_handed"
SEE_ALL = "tickets.see_all"
ASSIGN_OTHERS = "tickets.assign_others"
MERGE_CUSTOMERS = "tickets.merge_customers"
USE_PORTAL = "portal.use"
SEE_ORGANIZATION = "portal.see_organization"


def visible_to(actor: Actor) -> TicketQuerySet:
    """The tickets an actor may know of. Nobody without a right sees any."""
    if actor.is_system or actor.has(SEE_ALL):
        return Ticket.objects.all()
    return actor.once("tickets.visible_to", lambda: Ticket.objects.filter(_visible(actor))).all()


def visible_of_team(actor: Actor, team_id: int, *, is_own: bool | None = None) -> TicketQuerySet:
    """What a team has now, of what an actor may know of. Of an own team that is all, without a look at each ticket.

    ``is_own``: whether the actor belongs to it, where that was looked up already.
    """
    works = actor.has(WORK) or actor.has(WORK_HANDED)
    own = team_id in actor.teams if is_own is None else is_own
    return (Ticket.objects.all() if works and own else visible_to(actor)).of_team(team_id)


def visible_of_customers(actor: Actor) -> TicketQuerySet:
    """What the own customers have, of what an actor may know of, said so that their index finds it.

    ``visible_to`` asks 'own or of the customer': for that the database gathers every ticket the customer ever had.
    """
    if actor.is_system or actor.has(SEE_ALL) or not actor.has(SEE_ORGANIZATION):
        return visible_to(actor).filter(customer_id__in=actor.organizations)
    return Ticket.objects.filter(Q(is_restricted=False) | _visible(actor), customer_id__in=actor.organizations)


def seen_inside_by(actor: Actor) -> TicketQuerySet:
    """The tickets an actor sees as somebody who works: the same answer as ``works_inside``, for lists.

    Whoever asked for a ticket of restricted sight may know of it, but of no word that was said about it inside.
    """
    if actor.is_system or actor.has(SEE_ALL):
        return Ticket.objects.all()
    return actor.once("tickets.seen_inside_by", lambda: Ticket.objects.filter(_inside(actor))).all()


def _inside(actor: Actor) -> Q:
    seen = Q(pk__in=[])
    if actor.has(WORK):
        # asked of one ticket after the other, and only of restricted ones: a list of all that a team ever had is long
        had = Assignment.objects.filter(ticket_id=OuterRef("pk"), team_id__in=actor.teams)
        seen |= Q(is_restricted=False) | Q(team_id__in=actor.teams) | Q(Exists(had))
        if actor.kind == "person":
            seen |= Q(Exists(Complaint.objects.filter(ticket_id=OuterRef("pk"), owner_id=actor.id)))
    elif actor.has(WORK_HANDED):
        # an external team or a vendor: what is in their hands now, and nothing else (A6, P29)
        seen |= Q(team_id__in=actor.teams)
    return seen


def _visible(actor: Actor) -> Q:
    seen = _inside(actor)
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
        if _is_party_inside(actor, ticket):
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
    if ticket.team_id in actor.teams or Assignment.objects.filter(ticket=ticket, team_id__in=actor.teams).exists():
        return True
    return _owns_complaint(actor, ticket)


def is_outside_house(actor: Actor) -> bool:
    """Whether an actor works for an external provider or a vendor."""
    return actor.has(WORK_HANDED) and not actor.has(WORK)


def holds(actor: Actor, ticket: Ticket) -> bool:
    """Whether the actor's team has the ticket now."""
    return actor.is_system or ticket.team_id in actor.teams


def may_work(actor: Actor, ticket: Ticket) -> bool:
    """Write notes, log interventions, classify: everybody inside who sees the ticket, outside teams that hold it.

    A merged ticket is worked on in the one it goes on in.
    """
    if ticket.state == MERGED:
        return actor.is_system
    return works_inside(actor, ticket) and (actor.is_system or actor.has(WORK) or holds(actor, ticket))


def may_move(actor: Actor, ticket: Ticket) -> bool:
    """Hand on, pause, resolve: the team that has it, leads, and who owns it as a complaint."""
    if not may_work(actor, ticket):
        return False
    return holds(actor, ticket) or actor.has(ASSIGN_OTHERS) or _owns_complaint(actor, ticket)


def _owns_complaint(actor: Actor, ticket: Ticket) -> bool:
    if ticket.kind != COMPLAINT or actor.kind != "person":
        return False
    return Complaint.objects.filter(ticket=ticket, owner_id=actor.id).exists()


def may_file_complaint(actor: Actor, ticket: Ticket) -> bool:
    """Complain about how a ticket was dealt with: whoever asked for it, and not about a complaint."""
    return actor.has(USE_PORTAL) and asks_for(actor, ticket) and ticket.kind != COMPLAINT


def may_keep_complaint(actor: Actor, ticket: Ticket) -> bool:
    """Name the owner of a complaint, decide its measures: those inside the house who work on it."""
    return may_work(actor, ticket) and not is_outside_house(actor)


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


_merged_into = Question(lambda tickets: Ticket.objects.filter(merged_into__in=tickets).order_by("pk"))
_carried_to = Question(
    lambda tickets: Carried.objects.filter(ticket_id__in=tickets).values_list("message_id", flat=True)
)


def gathered(actor: Actor, ticket: Ticket) -> list[Ticket]:
    """A ticket and all that was merged into it, as far as the actor may know of each."""
    found, latest = [ticket], [ticket.pk]
    while latest:
        merged = _merged_into(tuple(latest))
        found += merged
        latest = [t.pk for t in merged]
    return [t for t in found if t is ticket or may_see(actor, t)]


def with_merged(ticket_id: int) -> list[int]:
    """A ticket and all that was merged into it, over any number of merges: what holds one back holds back the other."""
    found, latest = [ticket_id], [ticket_id]
    while latest:
        latest = [t.pk for t in _merged_into(tuple(latest))]
        found += latest
    return found


def messages_visible_to(actor: Actor, ticket: Ticket, sources: list[Ticket] | None = None) -> QuerySet[Message]:
    """The messages of a ticket, of those merged into it and carried over to it, that the actor may read.

    Whoever works inside reads all of them; whoever asks reads what was said on tickets of theirs, and no earlier
    word of anybody whose ticket became part of it (P16, P19). ``sources``: what is ``gathered``, if that is known.
    """
    keys, carried = _said_on(actor, ticket, sources)
    said = _standing_on(keys, carried)
    if works_inside(actor, ticket):
        return said
    elsewhere = Carried.objects.filter(is_moved=True, message__ticket_id__in=keys).exclude(ticket_id__in=keys)
    found = said.exclude(pk__in=elsewhere.values("message_id"))
    return found | _told_in_survivor(actor, ticket) if ticket.state == MERGED and asks_for(actor, ticket) else found


def messages_read_by(actor: Actor, ticket: Ticket, sources: list[Ticket]) -> list[Message]:
    """The same, looked up with their authors, as a page shows them."""
    if works_inside(actor, ticket):
        return _shown_on(*_said_on(actor, ticket, sources))
    return list(messages_visible_to(actor, ticket, sources).select_related("author"))


def _said_on(actor: Actor, ticket: Ticket, sources: list[Ticket] | None) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The tickets whose messages are read, and the messages carried over to them.

    The few keys are fetched first: beside 'or', PostgreSQL would look for them in every message there is.
    """
    keys = tuple(t.pk for t in sources or gathered(actor, ticket) if sees_messages(actor, t))
    return keys, tuple(_carried_to(keys))


def _standing_on(tickets: tuple[int, ...], carried: tuple[int, ...]) -> QuerySet[Message]:
    return Message.objects.filter(Q(ticket_id__in=tickets) | Q(pk__in=carried))


_shown_on = Question(lambda tickets, carried: _standing_on(tickets, carried).select_related("author"))


def _told_in_survivor(actor: Actor, ticket: Ticket) -> QuerySet[Message]:
    """What the requester of a merged ticket was told, or said, where it goes on: their own words and their mails."""
    merge = ticket.merges.filter(undone_at=None).first()
    if merge is None:
        return Message.objects.none()
    address = Address.objects.filter(person_id=ticket.requester_id, kind="mail").values_list("value", flat=True)
    own = Q(author_id=ticket.requester_id)
    for one in address:
        own |= Q(to__contains=[{"address": one}]) | Q(cc__contains=[{"address": one}])
    return Message.objects.filter(own, ticket_id__in=survivors_of(ticket), said_at__gte=merge.made_at)


def survivors_of(ticket: Ticket) -> list[int]:
    """The tickets in which a merged one goes on, nearest first; the last of them is worked on now."""
    found: list[int] = [ticket.pk]
    while following := Ticket.objects.filter(pk=found[-1]).values_list("merged_into_id", flat=True).first():
        found.append(following)
    return found[1:]


def goes_on_in(ticket: Ticket) -> Ticket:
    """The ticket in which a merged one is worked on; any other itself."""
    return ticket if ticket.merged_into_id is None else Ticket.objects.get(pk=survivors_of(ticket)[-1])


def is_over(ticket: Ticket) -> bool:
    """Whether nobody works on it any more, neither there nor where it goes on after a merge."""
    return goes_on_in(ticket).state_group == SETTLED


def may_read(actor: Actor, message: Message) -> bool:
    """Whether an actor may read a message, on its own ticket or on one that carries it."""
    tickets = [message.ticket, *Ticket.objects.filter(carried__message=message)]
    if message.ticket.merged_into_id is None and message.meant_for_id:
        tickets += list(Ticket.objects.filter(pk=message.meant_for_id))
    return any(may_see(actor, t) and messages_visible_to(actor, t).filter(pk=message.pk).exists() for t in tickets)


def may_have(actor: Actor, attachment: Attachment) -> bool:
    """Whether an actor may have a file: whoever may read the words it came with."""
    if attachment.message is not None:
        return may_read(actor, attachment.message)
    ticket = attachment.ticket
    return may_see(actor, ticket) and attachments_visible_to(actor, ticket).filter(pk=attachment.pk).exists()


def attachments_visible_to(actor: Actor, ticket: Ticket, sources: list[Ticket] | None = None) -> QuerySet[Attachment]:
    """A file may be had by whoever may read the words it came with, here or on tickets merged into this one."""
    sources = sources or gathered(actor, ticket)
    allowed = Q(message_id__in=list(messages_visible_to(actor, ticket, sources).values_list("pk", flat=True)))
    for one in sources:
        if sees_correspondence(actor, one):
            allowed |= Q(ticket=one, correspondence__isnull=False)
        if works_inside(actor, one):
            allowed |= Q(ticket=one, note__in=notes_visible_to(actor, one))
    return Attachment.objects.filter(allowed)


def may_merge(actor: Actor, merged: Ticket, survivor: Ticket) -> bool:
    """Make two tickets one: those inside the house who may hand the first on and work on the second."""
    if actor.is_system:
        return True
    return actor.has(WORK) and may_move(actor, merged) and may_work(actor, survivor)


def may_solve_with(actor: Actor, parent: Ticket, child: Ticket) -> bool:
    """Answer or solve a child with its parent: who may hand the parent on and work on the child, whoever has it."""
    if not may_move(actor, parent) or not may_write_to_requester(actor, child) or is_outside_house(actor):
        return False
    return child.kin_above.filter(parent=parent, ended_at=None).exists()


def may_part(actor: Actor, merged: Ticket) -> bool:
    """Make them two again: those inside the house who would hold the merged one, and leads."""
    if actor.is_system:
        return True
    return actor.has(WORK) and works_inside(actor, merged) and (holds(actor, merged) or actor.has(ASSIGN_OTHERS))


def may_name_service(actor: Actor, ticket: Ticket) -> bool:
    """Say which service is affected and how many people: those inside the house who work on the ticket."""
    return may_work(actor, ticket) and not is_outside_house(actor)


def may_see_costs(actor: Actor, ticket: Ticket) -> bool:
    """What the outage costs: the provider's desk and the customer's contact, as far as they see the ticket."""
    return may_see(actor, ticket) and assets.may_see_costs(actor, customer_id=ticket.customer_id)


def may_confirm(actor: Actor, ticket: Ticket) -> bool:
    """Say that it works again, or does not: the requester; the first level on the phone; a signed link (as system)."""
    return actor.is_system or asks_for(actor, ticket) or may_work(actor, ticket)


#: Roles that a view can be shared with → the right that shows that somebody has it.
SET_UP = "control.set_up"


def may_set_up(actor: Actor) -> bool:
    """Set up what happens to tickets by itself: administrators, on the screen or by a token made for it."""
    return actor.has("control.use") or actor.has(SET_UP)


ROLE_RIGHTS = {"agent": WORK, "lead": "teams.lead", "manager": SEE_ALL, "administrator": "control.use"}


def views_visible_to(actor: Actor) -> QuerySet[SavedView]:
    """Views somebody may use: their own, ready ones, those shared with them.

    Conditions name customers and persons; what is shared with a role or everyone stays inside the house (P31).
    """
    ready = Q(owner=None, audience=SavedView.Audience.EVERYONE)
    seen = ready | Q(audience=SavedView.Audience.TEAM, team_id__in=actor.teams)
    if actor.kind == "person":
        seen |= Q(owner_id=actor.id)
    if not is_outside_house(actor):
        roles = [role for role, right in ROLE_RIGHTS.items() if actor.has(right)]
        seen |= Q(audience=SavedView.Audience.EVERYONE) | Q(audience=SavedView.Audience.ROLE, role__in=roles)
    return SavedView.objects.filter(seen) if may_keep_views(actor) or actor.is_system else SavedView.objects.none()


def may_keep_views(actor: Actor) -> bool:
    """Views are for those who work at the desk."""
    return actor.kind == "person" and any(actor.has(right) for right in (WORK, WORK_HANDED, SEE_ALL))


def may_change_view(actor: Actor, view: SavedView) -> bool:
    """One's own; ready ones are the administrators'; a shared one also the lead's of its team."""
    if actor.is_system or actor.has("control.use"):
        return True
    if view.owner_id is not None and actor.kind == "person" and view.owner_id == actor.id:
        return True
    return view.team_id is not None and view.team_id in actor.teams and actor.has("teams.lead")


def may_share_with(actor: Actor, team: Team) -> bool:
    """A team one belongs to; leads and administrators share with every team."""
    return team.pk in actor.teams or may_share_widely(actor)


def may_share_widely(actor: Actor) -> bool:
    """With a role, with everyone: leads, managers, administrators."""
    return any(actor.has(right) for right in ("teams.lead", SEE_ALL, "control.use"))
