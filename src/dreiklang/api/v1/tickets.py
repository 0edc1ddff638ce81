"""Tickets: lists, opening, classification, assignment, waiting, resolution."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Router, Status

from dreiklang.api.doors import READING, WORKING, caller, scope
from dreiklang.api.paging import Cursor, Limit
from dreiklang.api.shapes import Asked, Files, Line, Page, PersonRef, Scale, TeamRef, TicketOut, Words, uploads
from dreiklang.assets.models import ConfigurationItem
from dreiklang.assets.queries import services_for
from dreiklang.kernel.errors import Invalid, NotFound
from dreiklang.kernel.permissions import Actor
from dreiklang.kernel.questions import Question
from dreiklang.organizations.models import Person
from dreiklang.organizations.policy import persons_visible_to
from dreiklang.teams.models import Team
from dreiklang.teams.policy import visible_to as teams_visible_to
from dreiklang.tickets import policy, queries
from dreiklang.tickets.commands import assignment, classification, opening, pausing, resolution, taking_back
from dreiklang.tickets.models import Category, Ticket
from dreiklang.tickets.queries.tasks import tasks_of
from dreiklang.tickets.queries.together import inside_of

router = Router(tags=["tickets"])

Kind = Literal["incident", "security", "request", "question", "complaint"]


def ticket_for(request: HttpRequest, number: int) -> tuple[Ticket, Actor]:
    """The ticket with this number as the caller may see it. Raises NotFound otherwise."""
    actor = caller(request)
    found = _seen.first(actor, number)
    if found is None:
        raise NotFound("There is no such ticket.")
    return found, actor


def _with_names(tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
    return tickets.select_related("requester", "team", "assignee", "category", "service")


# What every call asks is kept in words.
_seen: Question[Ticket] = Question(lambda actor, number: _with_names(policy.visible_to(actor)).filter(number=number))
_changed: Question[Ticket] = Question(lambda key: _with_names(Ticket.objects.all()).filter(pk=key))
_named: Question[Person] = Question(lambda actor, key: persons_visible_to(actor).filter(pk=key, is_active=True))


def person_for(actor: Actor, person_id: int, field: str = "person_id") -> Person:
    """A person the caller may name. Raises Invalid at the field otherwise."""
    found = _named.first(actor, person_id)
    if found is None:
        raise Invalid({field: ["There is no such person."]})
    return found


def team_for(actor: Actor, team_id: int, field: str = "team_id") -> Team:
    """A team the caller may name. Raises Invalid at the field otherwise."""
    found = teams_visible_to(actor).filter(pk=team_id).first()
    if found is None:
        raise Invalid({field: ["There is no such team."]})
    return found


def category_for(key: str | None) -> Category | None:
    """A category by its key. Raises Invalid for an unknown one."""
    if key is None:
        return None
    found = Category.objects.filter(key=key, is_active=True).first()
    if found is None:
        raise Invalid({"category": ["There is no such category."]})
    return found


def service_for(actor: Actor, key: str | None) -> ConfigurationItem | None:
    """A service the caller may name, by its key. Raises Invalid for an unknown one."""
    if key is None:
        return None
    found = services_for(actor).filter(key=key).first()
    if found is None:
        raise Invalid({"service": ["There is no such service."]})
    return found


def shown(ticket: Ticket) -> TicketOut:
    """A ticket as the API shows it."""
    team, assignee = ticket.team, ticket.assignee
    return TicketOut(
        team=TeamRef(id=team.pk, key=team.key, name=team.name, level=team.level) if team else None,
        assignee=PersonRef(id=assignee.pk, name=assignee.name) if assignee else None,
        requester=PersonRef(id=ticket.requester.pk, name=ticket.requester.name),
        category=ticket.category.key if ticket.category else None,
        service=ticket.service.key if ticket.service else None,
        **{
            name: getattr(ticket, name)
            for name in TicketOut.model_fields
            if name not in ("team", "assignee", "requester", "category", "service")
        },
    )


def again(ticket: Ticket) -> TicketOut:
    """A ticket as the API shows it, as it stands after a change."""
    return shown(_changed(ticket.pk)[0])


@router.get("", response=Page[TicketOut], summary="Tickets the caller may see, newest first")
@scope(*READING)
def list_tickets(
    request: HttpRequest,
    q: str = "",
    state_group: Literal["initial", "active", "pending", "settled", "unsettled", ""] = "",
    level: int | None = None,
    team_id: int | None = None,
    assignee_id: int | None = None,
    requester_id: int | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> dict[str, Any]:
    """Filtered by what is given; ``q`` searches words and conditions (``team:netz is:overdue``).

    ``cursor`` comes from ``next`` of the page before."""
    actor, size = caller(request), limit
    if q:
        found = queries.found_for(q, actor=actor, before=cursor, limit=size)
        if found.mistake:
            raise Invalid({"q": [found.mistake]})
        tickets, has_more = (
            list(_with_names(Ticket.objects.filter(pk__in=[t.pk for t in found.tickets])).order_by("-pk")),
            found.has_more,
        )
    else:
        seen = _with_names(policy.visible_to(actor))
        if state_group:
            seen = seen.unsettled() if state_group == "unsettled" else seen.filter(state_group=state_group)  # type: ignore[attr-defined]
        wanted = {
            "level": level, "team_id": team_id, "assignee_id": assignee_id, "requester_id": requester_id,
        }  # fmt: skip
        seen = seen.filter(**{name: value for name, value in wanted.items() if value is not None})
        if cursor is not None:
            seen = seen.filter(pk__lt=cursor)
        rows = list(seen.order_by("-pk")[: size + 1])
        tickets, has_more = rows[:size], len(rows) > size
    following = str(tickets[-1].pk) if has_more and tickets else None
    return {"items": [shown(ticket) for ticket in tickets], "next": following}


class TicketIn(Asked):
    """A new ticket with its first words. Without ``requester_id`` the caller asks for themselves."""

    subject: Line
    text: Words
    requester_id: int | None = None
    kind: Kind = "incident"
    category: str | None = None
    impact: Scale = 3
    urgency: Scale = 2
    service: str | None = None
    affected_people: int | None = None
    attachments: Files = []
    channel: Literal["api", "phone", "walk_in", "portal"] = "api"


@router.post("", response={201: TicketOut}, summary="Open a ticket")
@scope(*READING)
def open_ticket(request: HttpRequest, asked: TicketIn) -> Status[TicketOut]:
    """Open a ticket; its first words are a message of the requester."""
    actor = caller(request)
    requester = person_for(actor, asked.requester_id or actor.person_id, "requester_id")
    ticket = opening.open_with_message(
        requester,
        actor=actor,
        subject=asked.subject,
        text=asked.text,
        kind=asked.kind,
        channel=asked.channel,
        category=category_for(asked.category),
        impact=asked.impact,
        urgency=asked.urgency,
        service=service_for(actor, asked.service),
        affected_people=asked.affected_people,
        attachments=uploads(asked.attachments),
    )
    return Status(201, again(ticket))


@router.get("/{int:number}", response=TicketOut, summary="One ticket")
@scope(*READING)
def get_ticket(request: HttpRequest, number: int) -> TicketOut:
    """A ticket as it stands now; its ``version`` goes back with changes."""
    ticket, _actor = ticket_for(request, number)
    return shown(ticket)


class TicketChange(Asked):
    """What may be changed; what is left out stays. ``version``: of the ticket the caller has read."""

    version: int | None = None
    subject: Line | None = None
    kind: Kind | None = None
    category: str | None = None
    impact: Scale | None = None
    urgency: Scale | None = None
    requester_id: int | None = None


@router.patch("/{int:number}", response=TicketOut, summary="Classify, rename, or say who really asks")
@scope(*WORKING)
def change_ticket(request: HttpRequest, number: int, asked: TicketChange) -> TicketOut:
    """Change a ticket. 409 with ``current_version`` if somebody else did since ``version``."""
    ticket, actor = ticket_for(request, number)
    classification.change(
        ticket,
        actor=actor,
        version=asked.version,
        subject=asked.subject,
        requester=person_for(actor, asked.requester_id, "requester_id") if asked.requester_id else None,
        kind=asked.kind,
        category=category_for(asked.category),
        impact=asked.impact,
        urgency=asked.urgency,
    )
    return again(ticket)


class AssignmentIn(Asked):
    """Who shall have it: a person of the team, or another team of the same level."""

    person_id: int | None = None
    team_id: int | None = None
    reason: Line = ""
    version: int | None = None


@router.put("/{int:number}/assignment", response=TicketOut, summary="Assign to a person, or sort to a team")
@scope(*WORKING)
def assign(request: HttpRequest, number: int, asked: AssignmentIn) -> TicketOut:
    """Give a ticket to a colleague, or to another team on the same level."""
    ticket, actor = ticket_for(request, number)
    if asked.team_id is not None:
        team = team_for(actor, asked.team_id)
        assignment.move_to_team(ticket, actor=actor, team=team, reason=asked.reason, version=asked.version)
    else:
        person = person_for(actor, asked.person_id) if asked.person_id else None
        assignment.assign(ticket, actor=actor, person=person, version=asked.version)
    return again(ticket)


@router.delete("/{int:number}/assignment", response=TicketOut, summary="Back to the team as a whole")
@scope(*WORKING)
def unassign(request: HttpRequest, number: int) -> TicketOut:
    """Nobody in particular has it any more."""
    ticket, actor = ticket_for(request, number)
    assignment.assign(ticket, actor=actor, person=None)
    return again(ticket)


@router.delete("/{int:number}/assignment/move", response=TicketOut, summary="Take a move to another team back at once")
@scope(*WORKING)
def take_back_move(request: HttpRequest, number: int) -> TicketOut:
    """Possible for a minute, by whoever moved it, while nobody has done anything since: who had it has it again."""
    ticket, actor = ticket_for(request, number)
    taking_back.take_back_move(ticket, actor=actor)
    return again(ticket)


class PendingIn(Asked):
    """Why it waits, and until when."""

    reason: Literal["requester", "vendor", "date", "task", "ticket", "children", "other"]
    until: datetime | None = None
    note: Line = ""
    task_id: int | None = None
    other: int | None = None
    version: int | None = None


@router.put("/{int:number}/pending", response=TicketOut, summary="Let it wait")
@scope(*WORKING)
def pause(request: HttpRequest, number: int, asked: PendingIn) -> TicketOut:
    """Let a ticket wait; at ``until``, or when the task, ticket or children are done, it comes back by itself."""
    ticket, actor = ticket_for(request, number)
    until = asked.until
    if until is not None and until.tzinfo is None:
        raise Invalid({"until": ["A moment needs a time zone."]})
    pausing.pause(
        ticket,
        actor=actor,
        reason=asked.reason,
        until=until,
        note=asked.note,
        task=tasks_of(ticket, actor=actor).filter(pk=asked.task_id or 0).first(),
        other=inside_of(actor).filter(number=asked.other or 0).first(),
        version=asked.version,
    )
    return again(ticket)


@router.delete("/{int:number}/pending", response=TicketOut, summary="Go on with it")
@scope(*WORKING)
def resume(request: HttpRequest, number: int) -> TicketOut:
    """Go on with a ticket that waited."""
    ticket, actor = ticket_for(request, number)
    pausing.resume(ticket, actor=actor)
    return again(ticket)


class ResolutionIn(Asked):
    """The solution, as the requester reads it."""

    text: Words
    version: int | None = None


@router.post("/{int:number}/resolution", response=TicketOut, summary="Resolve")
@scope(*WORKING)
def resolve(request: HttpRequest, number: int, asked: ResolutionIn) -> TicketOut:
    """Send the solution to the requester; that resolves the ticket."""
    ticket, actor = ticket_for(request, number)
    resolution.resolve(ticket, actor=actor, text=asked.text, version=asked.version)
    return again(ticket)


@router.delete("/{int:number}/resolution", response=TicketOut, summary="Reopen")
@scope(*READING)
def reopen(request: HttpRequest, number: int, reason: str = "") -> TicketOut:
    """It does not work after all; possible for ten days."""
    ticket, actor = ticket_for(request, number)
    because = "requester" if actor.id == ticket.requester_id else "desk"
    resolution.reopen(ticket, actor=actor, because=because, reason=reason[:5000])
    return again(ticket)


@router.post("/{int:number}/confirmation", response=TicketOut, summary="It works again")
@scope(*READING)
def confirm(request: HttpRequest, number: int) -> TicketOut:
    """The requester (or the desk on the phone) confirms; that closes the ticket."""
    ticket, actor = ticket_for(request, number)
    resolution.confirm(ticket, actor=actor)
    return again(ticket)


@router.post("/{int:number}/closure", response=TicketOut, summary="Close from the desk")
@scope(*WORKING)
def close(request: HttpRequest, number: int) -> TicketOut:
    """Close a resolved ticket."""
    ticket, actor = ticket_for(request, number)
    resolution.close(ticket, actor=actor)
    return again(ticket)


@router.delete("/{int:number}/closure", response=TicketOut, summary="Take a closing back at once")
@scope(*WORKING)
def take_back_closing(request: HttpRequest, number: int) -> TicketOut:
    """Possible for a minute, by whoever closed it, while nobody else has done anything since: it is solved again."""
    ticket, actor = ticket_for(request, number)
    taking_back.take_back_closing(ticket, actor=actor)
    return again(ticket)
