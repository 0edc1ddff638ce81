"""Reads about complaints and playbooks."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet

from dreiklang.organizations.models import Organization, Person
from dreiklang.teams.models import Membership, Team
from dreiklang.teams.queries import memberships_on, today
from dreiklang.tickets import rules
from dreiklang.tickets.models import Complaint, Message, Playbook, Ticket
from dreiklang.tickets.rules.playbooks import USUAL_PLAYBOOKS, occasions_of

#: Roles whose bearers can work on tickets of the desk.
WORKING_ROLES = ["agent", "lead", "manager"]


def possible_owners(about_level: int) -> QuerySet[Person]:
    """Who may own a complaint about a level: the provider's agents, leads and managers who work on no team of it."""
    on_it = memberships_on(today()).filter(team__level=about_level).values("person_id")
    return (
        Person.objects.filter(
            is_active=True,
            organization__kind=Organization.Kind.PROVIDER,
            account__is_active=True,
            account__roles__overlap=WORKING_ROLES,
        )
        .exclude(pk__in=on_it)
        .order_by("sort_key", "pk")
    )


def team_for_complaint(about_level: int) -> Team | None:
    """Who works on a complaint about a level: the provider's team nearest to the requester that is not of that level.

    None where the desk has no team on another level; then it goes where every ticket goes.
    """
    found = Team.objects.filter(is_active=True, organization__kind=Organization.Kind.PROVIDER)
    return found.exclude(level=about_level).order_by("level", "pk").first()


def proposed_owner(about_level: int) -> Person | None:
    """Who answers for a new complaint about a level: of the managers who may the one with fewest running ones.

    Where no manager may, of the leads; None where neither may: then the desk names somebody.
    """
    running = Count("complaints", filter=~Q(complaints__ticket__state_group="settled"))
    able = possible_owners(about_level).annotate(running=running).order_by("running", "sort_key", "pk")
    for role in ("manager", "lead"):
        if found := able.filter(account__roles__contains=[role]).first():
            return found
    return None


def complaint_about(ticket: Ticket) -> Ticket | None:
    """The running complaint of a ticket's requester about it, if there is one."""
    filed = Q(complaint__about=ticket) | Q(follows=ticket)
    running = Ticket.objects.filter(filed, kind=rules.COMPLAINT, requester_id=ticket.requester_id)
    return running.exclude(state_group="settled").order_by("-pk").first()


def complaint_of(ticket: Ticket) -> Complaint | None:
    """The record of a complaint with its owner and what it is about; None while nobody owns it."""
    found = Complaint.objects.filter(ticket=ticket).select_related("owner", "about")
    return found.prefetch_related("measures__owner").first()


def was_answered(ticket: Ticket) -> bool:
    """Whether the desk wrote to the requester, in words that were not called back."""
    out = Message.objects.filter(ticket=ticket, direction=Message.Direction.OUT, auto="none")
    return out.exclude(delivery=Message.Delivery.WITHDRAWN).exists()


def playbooks_for(ticket: Ticket, language: str) -> list[tuple[str, str]]:
    """Occasion and text of the playbooks that hold for a ticket."""
    occasions = occasions_of(ticket.kind, is_vip=ticket.requester.is_vip)
    if not occasions:
        return []
    own = {book.occasion: book.texts for book in Playbook.objects.filter(occasion__in=occasions)}
    return [(occasion, playbook_text(occasion, language, own.get(occasion))) for occasion in occasions]


def playbook_text(occasion: str, language: str, own: dict[str, str] | None = None) -> str:
    """The words of a playbook: the desk's own in the language, else the usual ones."""
    usual = USUAL_PLAYBOOKS[occasion]
    return (own or {}).get(language) or usual.get(language) or usual["en"]


def owes_an_owner(ticket: Ticket) -> bool:
    """Whether a complaint runs that nobody owns yet."""
    return (
        ticket.kind == rules.COMPLAINT
        and ticket.state_group != "settled"
        and not Complaint.objects.filter(ticket=ticket).exists()
    )


def works_on_level(person_id: int, level: int) -> bool:
    """Whether somebody is on a team of a level today."""
    members: QuerySet[Membership] = memberships_on(today())
    return members.filter(Q(person_id=person_id) & Q(team__level=level)).exists()
