"""Who is told of what. Each reaction runs at once, so that the bell is right when the page is."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from dreiklang.accounts.commands.links import revoke_links
from dreiklang.automation.queries.names import person_called
from dreiklang.automation.rules.doings import Work
from dreiklang.communication import rules
from dreiklang.communication.commands.answering import ANSWERS
from dreiklang.communication.commands.notifying import notify, notify_of
from dreiklang.communication.events import OutageAnnounced, OutageChanged, OutageEnded
from dreiklang.communication.models import Notification
from dreiklang.communication.queries.outages import agents_told
from dreiklang.escalation.events import (
    HandedBack,
    HandoverMade,
    HandoverReminded,
    LadderRang,
    RelayOffered,
    RequesterEscalated,
)
from dreiklang.escalation.models import Handover, Rung
from dreiklang.escalation.queries.rungs import persons_on
from dreiklang.kernel.errors import WrongState
from dreiklang.kernel.journal import Line
from dreiklang.kernel.permissions import system
from dreiklang.kernel.questions import Question
from dreiklang.organizations.models import Organization, Person
from dreiklang.sla.events import PromiseBroken, PromiseEvent, VendorSilent
from dreiklang.teams.queries import absences_on, actor_for, memberships_on, today
from dreiklang.tickets import policy as tickets
from dreiklang.tickets.events import (
    CorrespondenceFailed,
    MessageFailed,
    MessageReceived,
    NoteWritten,
    TicketAssigned,
    TicketReopened,
    TicketResolved,
    TicketResumed,
)
from dreiklang.tickets.events.complaints import ComplaintTaken
from dreiklang.tickets.events.joined import TicketMerged
from dreiklang.tickets.events.tasks import TaskChanged, TasksAdded
from dreiklang.tickets.events.visits import VisitPlanned
from dreiklang.tickets.models import Correspondence, Message, Ticket

#: Asked for every message that arrives, so its words are kept.
_assignee: Question[int | None] = Question(
    lambda ticket: Ticket.objects.filter(pk=ticket).values_list("assignee_id", flat=True)
)


def tell_assignee(line: Line) -> None:
    """A ticket was given to somebody by somebody else."""
    assert isinstance(line.event, TicketAssigned)
    _tell(line, rules.ASSIGNED, [line.event.person_id])


def tell_owner_of_complaint(line: Line) -> None:
    """Somebody answers for a complaint from now on, by the word of somebody else or of the desk."""
    assert isinstance(line.event, ComplaintTaken)
    if line.event.owner_id != line.event.former_owner_id:
        _tell(line, rules.ASSIGNED, [line.event.owner_id])


def tell_of_tasks(line: Line) -> None:
    """Somebody was given something to do by somebody else."""
    assert isinstance(line.event, TasksAdded | TaskChanged | VisitPlanned)
    _tell(line, rules.TASK, [line.event.person_id])


def tell_of_return(line: Line) -> None:
    """What was put aside has come back by itself: who works on it, else everybody of the team who is there."""
    assert isinstance(line.event, TicketResumed)
    if line.event.because not in rules.CAME_BACK:
        return
    row = Ticket.objects.filter(pk=line.event.subject_id).values_list("assignee_id", "team_id").first()
    assignee, team = row or (None, None)
    _tell(line, rules.RETURNED, [assignee] if assignee else _present(team) if team else [])


def tell_of_message(line: Line) -> None:
    """The requester answered: who works on the ticket wants to know. Automatic mail is no answer.

    Nor is what is said in a chat: whoever has it reads along, line by line.
    """
    assert isinstance(line.event, MessageReceived)
    if line.event.auto == "none" and line.event.channel != rules.TALKED:
        _tell(line, rules.REPLIED, _assignee(line.event.subject_id))


def tell_mentioned(line: Line) -> None:
    """Colleagues named in a note, as far as they work in a team (nobody outside is told)."""
    assert isinstance(line.event, NoteWritten)
    if line.event.mentioned:
        inside = Person.objects.filter(pk__in=line.event.mentioned, memberships__isnull=False)
        _tell(line, rules.MENTIONED, inside.values_list("pk", flat=True))


def tell_receiving_team(line: Line) -> None:
    """A handover waits, or still does: everybody of the team who is there today."""
    assert isinstance(line.event, HandoverMade | HandoverReminded)
    _tell(line, rules.HANDED_OVER, _present(line.event.to_team_id))


def tell_of_hand_back(line: Line) -> None:
    """It came back: who gets it, else who handed it up."""
    assert isinstance(line.event, HandedBack)
    event = line.event
    holder = Ticket.objects.filter(pk=event.subject_id).values_list("assignee_id", flat=True).first()
    if holder is None and event.handover_id:
        holder = Handover.objects.filter(pk=event.handover_id).values_list("author_id", flat=True).first()
    _tell(line, rules.HANDED_BACK, [holder])


def tell_of_relay(line: Line) -> None:
    """An answer is offered: who handed the ticket up puts it into the requester's words."""
    assert isinstance(line.event, RelayOffered)
    author = (
        Handover.objects.filter(ticket_id=line.event.subject_id, from_team_id=line.event.to_team_id)
        .order_by("-id")
        .values_list("author_id", flat=True)
        .first()
    )
    _tell(line, rules.RELAYED, [author] if author else _present(line.event.to_team_id))


def tell_of_reopening(line: Line) -> None:
    """It is open again: who resolved it."""
    assert isinstance(line.event, TicketReopened)
    resolver = Ticket.objects.get(pk=line.event.subject_id).resolutions.order_by("-id").first()
    _tell(line, rules.REOPENED, [resolver.author_id if resolver else None])


def tell_those_who_handed_up(line: Line) -> None:
    """It is solved: the levels below learn how it ended (A7)."""
    assert isinstance(line.event, TicketResolved)
    authors = Handover.objects.filter(ticket_id=line.event.subject_id).values_list("author_id", flat=True)
    _tell(line, rules.SOLVED, authors)


def tell_of_promise(line: Line) -> None:
    """A promise is near or broken: who works on the ticket; while nobody does, the team that has it; of a broken one
    the team's leads too. Comes later, for many at one time; a second delivery tells nobody again."""
    assert isinstance(line.event, PromiseEvent)
    if Notification.objects.filter(line_id=line.id).exists():
        return
    holder = Ticket.objects.filter(pk=line.event.subject_id).values_list("assignee_id", "team_id").first()
    assignee, team = holder or (None, None)
    told = {assignee} if assignee else set(_present(team)) if team else set()
    is_broken = isinstance(line.event, PromiseBroken)
    if is_broken and team:
        told |= set(memberships_on(today()).filter(team_id=team, role="lead").values_list("person_id", flat=True))
    _tell(line, rules.PROMISE_BROKEN if is_broken else rules.PROMISE_NEAR, told)


def tell_of_silent_vendor(line: Line) -> None:
    """A vendor is silent: who has the ticket inside the house, else everybody of that team who is there; while the
    vendor's own team has it, who asked them."""
    assert isinstance(line.event, VendorSilent)
    ticket = Ticket.objects.select_related("team__organization").get(pk=line.event.subject_id)
    team = ticket.team
    if team is not None and team.organization.kind != Organization.Kind.PROVIDER:
        asked = Handover.objects.filter(ticket=ticket, to_team=team).order_by("-id").first()
        told = [asked.author_id] if asked and asked.author_id else _present(asked.from_team_id) if asked else []
    else:
        told = [ticket.assignee_id] if ticket.assignee_id else _present(ticket.team_id or 0)
    _tell(line, rules.VENDOR_SILENT, told)


def tell_author_of_failure(line: Line) -> None:
    """A mail could not be delivered: who wrote it."""
    assert isinstance(line.event, MessageFailed | CorrespondenceFailed)
    said: Message | Correspondence | None
    if isinstance(line.event, MessageFailed):
        said = Message.objects.filter(pk=line.event.message_id).first()
    else:
        said = Correspondence.objects.filter(pk=line.event.correspondence_id).first()
    _tell(line, rules.UNDELIVERED, [said.author_id if said else None])


def tell_of_ladder(line: Line) -> None:
    """A rung rang: those who stand on it."""
    assert isinstance(line.event, LadderRang)
    _tell(line, rules.ESCALATED, line.event.told)


def tell_of_requester_escalation(line: Line) -> None:
    """The requester escalated: the leads of the team that has it, where none is there service management."""
    assert isinstance(line.event, RequesterEscalated)
    ticket = Ticket.objects.select_related("team").get(pk=line.event.subject_id)
    rungs = (Rung(whom=Rung.Whom.LEAD), Rung(whom=Rung.Whom.MANAGER))
    told = next((people for people in (persons_on(rung, ticket) for rung in rungs) if people), [])
    _tell(line, rules.ESCALATED, [person.pk for person in told])


def revoke_answers(line: Line) -> None:
    """Open again, or merged: the links to confirm or reopen that went out with the former solution end (P26)."""
    assert isinstance(line.event, TicketReopened | TicketMerged)
    revoke_links(("ticket", line.event.subject_id), purposes=ANSWERS, actor=system("notifications"))


def _present(team_id: int) -> Iterable[int]:
    day = today()
    present = memberships_on(day).filter(team_id=team_id).exclude(person_id__in=absences_on(day))
    return present.values_list("person_id", flat=True)


def _tell(line: Line, kind: str, persons: Iterable[int | None]) -> None:
    """Tell everybody but the one who did it."""
    own = line.actor_id if line.actor_kind == "person" else None
    wanted = [person for person in persons if person is not None and person != own]
    if not wanted:
        return
    by_name = Person.objects.filter(pk=own).values_list("name", flat=True).first() if own else ""
    notify(
        line.event.subject_id,
        actor=system("notifications"),
        kind=kind,
        line_id=line.id,
        persons=wanted,
        by_name=by_name or "",
    )


def notify_by_rule(work: Work) -> None:
    """A rule asks somebody to look: who has the ticket, everybody of its team who is there today, or one person."""
    ticket, whom = work.ticket, work.step.value.strip()
    if whom == "team":
        persons = _present(ticket.team_id or 0)
    elif whom == "assignee":
        persons = [ticket.assignee_id] if ticket.assignee_id else _present(ticket.team_id or 0)
    else:
        found = person_called(whom)
        persons = [found.pk] if found else []
    inside = [person for person in Person.objects.filter(pk__in=persons) if _works_inside(person, ticket)]
    if not inside:
        raise WrongState(_("Nobody is there who could be told."))
    notify(
        ticket.pk, actor=work.actor, kind=rules.BY_RULE, line_id=work.line_id,
        persons=[person.pk for person in inside], by_name=work.actor.name,
    )  # fmt: skip


def _works_inside(person: Person, ticket: Ticket) -> bool:
    account = person.account
    return account is not None and account.is_active and tickets.works_inside(actor_for(account), ticket)


def tell_of_outage(line: Line) -> None:
    """Colleagues are told of an outage that is to be told of beyond the banner, and of its end."""
    event = line.event
    assert isinstance(event, OutageAnnounced | OutageChanged | OutageEnded)
    own = line.actor_id if line.actor_kind == "person" else None
    if not event.mails or not (persons := [key for key in agents_told() if key != own]):
        return
    notify_of(
        "outage",
        event.subject_id,
        actor=system("notifications"),
        kind=rules.OUTAGE_OVER if isinstance(event, OutageEnded) else rules.OUTAGE,
        line_id=line.id,
        persons=persons,
        by_name=(Person.objects.filter(pk=own).values_list("name", flat=True).first() or "") if own else "",
    )
