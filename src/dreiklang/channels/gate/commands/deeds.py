"""What the verdicts of the table do: one function for each, all inside the settling transaction."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _

from dreiklang.channels.gate.events import MailHeld, MailIgnored
from dreiklang.channels.gate.mailboxes import Arrival
from dreiklang.channels.gate.sighting import Candidate, Seen
from dreiklang.channels.mail import threads
from dreiklang.channels.mail.inbound.parsing import Address, Kind, ParsedMail
from dreiklang.channels.mail.outbound.models import OutgoingMail
from dreiklang.channels.mail.outbound.rules import REMINDER
from dreiklang.channels.mail.threading import remember
from dreiklang.channels.models import Held, Incoming, KnownMessageId
from dreiklang.kernel import clock
from dreiklang.kernel.errors import Invalid, NotFound, Refusal
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor
from dreiklang.organizations.commands.persons import person_for_address
from dreiklang.organizations.models import Person
from dreiklang.teams.models import Team
from dreiklang.teams.queries import actor_for
from dreiklang.tickets import rules as ticket_rules
from dreiklang.tickets.commands.attaching import LARGEST, MOST, Upload
from dreiklang.tickets.commands.conversation import LONGEST, receive_message, write_note
from dreiklang.tickets.commands.corresponding import receive_from_third_party
from dreiklang.tickets.commands.delivery import correspondence_failed, message_failed
from dreiklang.tickets.commands.opening import open_ticket
from dreiklang.tickets.commands.resolution import reopen
from dreiklang.tickets.commands.sealing import Seal
from dreiklang.tickets.commands.silence import reminder_failed
from dreiklang.tickets.models import Message, Ticket
from dreiklang.tickets.queries import first_level_team
from dreiklang.tickets.queries.recipients import Recipient


class Unsettleable(Refusal):
    """Nothing can become of it without somebody looking: it goes to quarantine with this code."""

    code = "unsettleable"


@dataclass(frozen=True, slots=True)
class Case:
    """One mail to be settled, with all that is known."""

    incoming_id: int
    mail: ParsedMail
    arrival: Arrival
    seen: Seen
    reason: str
    raw: bytes
    actor: Actor
    problems: list[str] = field(default_factory=list)
    came_at: datetime | None = None
    """When it came, if that was not just now."""

    @property
    def candidate(self) -> Candidate:
        """The ticket it belongs to; only asked where the verdict says that there is one."""
        assert self.seen.candidate is not None
        return self.seen.candidate


@dataclass(frozen=True, slots=True)
class Done:
    """What was done."""

    outcome: str
    ticket_id: int | None = None
    number: int | None = None
    claims: int | None = None
    reason: str = ""


def open_new(case: Case) -> Done:
    """Open a ticket at the first level; a sender whom no organisation claims is held for people to decide."""
    try:
        person = case.seen.person or sender_as_person(case)
    except (NotFound, Invalid) as homeless:
        return _hold(case, reason=homeless.code if homeless.code != "invalid" else "address_unusable")
    return _opened(case, person)


def open_linked(case: Case) -> Done:
    """Its ticket was resolved too long ago: a new one that follows it."""
    try:
        person = case.seen.person or sender_as_person(case)
    except (NotFound, Invalid) as homeless:
        return _hold(case, reason=homeless.code if homeless.code != "invalid" else "address_unusable")
    return _opened(case, person, follows=Ticket.objects.get(pk=case.candidate.ticket_id))


def join(case: Case) -> Done:
    """The mail becomes a message of its ticket."""
    candidate = case.candidate
    said(case, candidate.ticket_id, gratitude=case.seen.gratitude)
    return Done(Incoming.Outcome.JOINED, candidate.ticket_id, candidate.number)


def join_reopening(case: Case) -> Done:
    """The mail becomes a message, and its resolved ticket is open again."""
    ticket = Ticket.objects.get(pk=case.candidate.ticket_id)
    reopen(ticket, actor=case.actor, because="requester")
    said(case, ticket.pk)
    return Done(Incoming.Outcome.JOINED, ticket.pk, case.candidate.number)


def join_correspondence(case: Case) -> Done:
    """A third party answers; the requester never reads it."""
    candidate, mail = case.candidate, case.mail
    text, html = words_of(mail)
    words = receive_from_third_party(
        Ticket.objects.get(pk=candidate.ticket_id),
        actor=case.actor,
        party_name=mail.sender.name if mail.sender else "",
        party_address=case.seen.sender,
        text=text,
        html=html,
        subject=mail.subject_line.topic,
        party=case.seen.person,
        source_id=case.incoming_id,
        seal=Seal(mail.seal, mail.seal_check, mail.seal_by),
        attachments=uploads(case),
    )
    remember(
        mail.message_id,
        ticket_id=candidate.ticket_id,
        is_ours=False,
        purpose=threads.PARTY,
        addresses=[case.seen.sender],
        correspondence_id=words.pk,
    )
    return Done(Incoming.Outcome.JOINED, candidate.ticket_id, candidate.number)


def join_note(case: Case) -> Done:
    """An agent answered a notification: a note, never a message (P31)."""
    candidate, person = case.candidate, case.seen.person
    assert person is not None
    assert person.account is not None
    text = case.mail.reply_text.strip() or case.mail.text.strip() or words_of(case.mail)[0]
    write_note(
        Ticket.objects.get(pk=candidate.ticket_id),
        actor=actor_for(person.account),
        text=text,
        channel="mail",
        attachments=uploads(case),
    )
    return Done(Incoming.Outcome.JOINED, candidate.ticket_id, candidate.number)


def hold(case: Case) -> Done:
    """It claims to belong to a ticket: a row in the first level's worklist that ages like a new ticket (P16)."""
    return _hold(case, reason=case.reason)


def ignore(case: Case) -> Done:
    """Stored and listed, nothing more."""
    publish(MailIgnored(subject_id=case.incoming_id, reason=case.reason), actor=case.actor)
    return Done(Incoming.Outcome.IGNORED)


def note_bounce(case: Case) -> Done:
    """One of our mails came back: its message shows who did not get it, and why."""
    mail = case.mail
    ids = [i[:250] for i in (mail.bounced_message_id, *mail.in_reply_to, *mail.references) if i]
    known = (
        KnownMessageId.objects.filter(message_id__in=ids, is_ours=True).select_related("said", "correspondence").first()
        if ids
        else None
    )
    if known is not None:
        _mark(known, case)
    publish(MailIgnored(subject_id=case.incoming_id, reason="bounce"), actor=case.actor)
    return Done(Incoming.Outcome.IGNORED, reason="bounce" if known else "bounce_of_nothing_known")


def _mark(known: KnownMessageId, case: Case) -> None:
    """Mark the recipients that it really went to; a mere delay is no failure."""
    went_to = set(known.addresses)
    if known.said:
        went_to |= {str(one.get("address", "")).lower() for one in (*known.said.to, *known.said.cc)}
    if known.correspondence:
        went_to.add(known.correspondence.party_address.lower())
    for row in case.mail.bounce:
        if row.recipient.lower() in went_to and (row.hard or row.status.startswith("5")):
            reason = f"{row.status} {row.reason}".strip()
            if known.said_id:
                message_failed(known.said_id, actor=case.actor, recipient=row.recipient, reason=reason)
            elif known.correspondence_id:
                correspondence_failed(known.correspondence_id, actor=case.actor, recipient=row.recipient, reason=reason)
            elif reminder := OutgoingMail.objects.filter(message_id=known.message_id, kind=REMINDER).first():
                reminder_failed(int(reminder.what), actor=case.actor, recipient=row.recipient, reason=reason)


def sender_as_person(case: Case) -> Person:
    """The sender as a person of the organisation that claims the domain, made now if need be."""
    name = case.mail.sender.name if case.mail.sender else ""
    return person_for_address(case.seen.sender, name, actor=case.actor)[0]


def _opened(case: Case, person: Person, *, follows: Ticket | None = None) -> Done:
    ticket = open_for(case, person, team_id=case.arrival.team_id, follows=follows)
    return Done(Incoming.Outcome.OPENED, ticket.pk, ticket.number)


def open_for(case: Case, person: Person, *, team_id: int | None, follows: Ticket | None = None) -> Ticket:
    """Open a ticket with the mail as its first words, at a first level team (``Arrival.team_id``) or the usual one."""
    mail = case.mail
    team = Team.from_db("default", ("id", "level"), (team_id, 1)) if team_id else None
    subject = mail.subject_line.topic or ticket_rules.first_words(mail.reply_text or mail.text, 80)
    if not subject.strip():
        with translation.override(person.language):
            subject = _("(no subject)")
    ticket = open_ticket(
        person, actor=case.actor, subject=subject, channel="mail", team=team, follows=follows,
        is_said_at_once=mail.auto is Kind.NONE,
    )  # fmt: skip
    said(case, ticket.pk, ticket=ticket, person=person)
    return ticket


def said(
    case: Case, ticket_id: int, *, ticket: Ticket | None = None, person: Person | None = None, gratitude: str = ""
) -> Message:
    """Write the mail into a ticket as a message from the requester's side, and remember its Message-ID."""
    mail, seen = case.mail, case.seen
    text, html = words_of(mail)
    own = case.arrival.own_addresses
    message = receive_message(
        ticket or Ticket(pk=ticket_id),
        actor=case.actor,
        author=person or seen.person,
        text=text,
        html=html,
        subject=mail.subject,
        channel="mail",
        author_name=(mail.sender.name if mail.sender else "")[:200],
        author_address=seen.sender,
        to=_recipients(mail.to),
        cc=_recipients(mail.cc),
        auto=mail.auto.value,
        is_sender_proven=seen.sight.is_proven,
        gratitude=gratitude,
        source_id=case.incoming_id,
        seal=Seal(mail.seal, mail.seal_check, mail.seal_by),
        meant_for_id=seen.candidate.meant_for_id if seen.candidate and seen.candidate.ticket_id == ticket_id else None,
        attachments=uploads(case),
        said_at=case.came_at,
        is_fresh=ticket is not None,
    )
    addresses = [seen.sender, *(a.key for a in (*mail.to, *mail.cc)[:200])]
    remember(
        mail.message_id,
        ticket_id=ticket_id,
        is_ours=False,
        addresses=[a for a in addresses if threads.plain_address(a) not in own],
        said_id=message.pk,
    )
    return message


def _recipients(addresses: tuple[Address, ...]) -> list[Recipient]:
    return [Recipient(a.name[:200], a.address[:254]) for a in addresses[:200]]


def words_of(mail: ParsedMail) -> tuple[str, str]:
    """Text and HTML of a mail as far as a ticket takes them; a mail without any words says so in their place."""
    text = mail.text[:LONGEST]
    if not text.strip() and not mail.html.strip() and not mail.attachments:
        text = mail.subject_line.topic.strip() or _("(This mail has no text.)")
    return text, mail.html[:LONGEST]


def uploads(case: Case) -> list[Upload]:
    """Its attachments as far as a ticket takes them; the rest stays in the original, and the list says so."""
    found: list[Upload] = []
    for attachment in case.mail.attachments:
        if attachment.size > LARGEST or len(found) >= MOST:
            case.problems.append("attachment_left_in_original")
            continue
        found.append(
            Upload(
                attachment.filename,
                attachment.content_type,
                attachment.content,
                attachment.inline,
                attachment.content_id,
            )
        )
    return found


def _hold(case: Case, *, reason: str) -> Done:
    mail, seen, candidate = case.mail, case.seen, case.seen.candidate
    is_lost = reason == "unknown_thread"
    team = first_level_team()
    held = Held.objects.filter(incoming_id=case.incoming_id).first() or Held(incoming_id=case.incoming_id)
    held.claimed_id = candidate.ticket_id if candidate and not is_lost else None
    held.claims = seen.claims
    held.purpose = candidate.purpose if candidate and not is_lost else threads.REQUESTER
    held.team_id = case.arrival.team_id or (team.pk if team else None)
    held.sender_name = (mail.sender.name if mail.sender else "")[:200]
    held.sender_address = seen.sender
    held.subject = mail.subject[:300]
    held.gist = ticket_rules.first_words(mail.reply_text or mail.text, 180)
    held.reason, held.held_at, held.settlement = reason, case.came_at or clock.now(), ""
    held.save()
    publish(
        MailHeld(
            subject_id=case.incoming_id,
            held_id=held.pk,
            reason=reason,
            claimed_id=held.claimed_id,
            sender=seen.sender,
            subject=held.subject,
        ),
        actor=case.actor,
    )
    return Done(Incoming.Outcome.HELD, claims=seen.claims, reason=reason)
