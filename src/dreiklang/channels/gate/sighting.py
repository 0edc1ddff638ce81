"""What the gate sees of a mail before it decides: which ticket it answers, who the sender is there, what is proven."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from dreiklang.accounts.rules import rights_of
from dreiklang.channels.gate.mailboxes import Arrival
from dreiklang.channels.gate.rules import Belongs, Gratitude, Role, Sight, Standing, Via, gratitude_of, spam
from dreiklang.channels.gate.rules.thanks import LONGEST_IN_WORDS
from dreiklang.channels.mail import threads
from dreiklang.channels.mail.inbound import authentication
from dreiklang.channels.mail.inbound.parsing import Kind, ParsedMail
from dreiklang.kernel import clock, instance
from dreiklang.organizations.models import Person
from dreiklang.teams.queries import actor_for
from dreiklang.tickets import lifecycle, policy
from dreiklang.tickets import rules as ticket_rules
from dreiklang.tickets.models import Attachment, Message, Ticket

#: A ticket that was merged stands for the one it goes on in; who took part in it may write there, too.
_FIND = """
WITH RECURSIVE found (rank, via, word, ticket_id, purpose, person_id) AS (
    SELECT 0, 'token', token, ticket_id, purpose, person_id FROM channels_thread
        WHERE token = ANY(%(tokens)s) AND (purpose <> 'note' OR token = ANY(%(note_tokens)s))
    UNION ALL
    SELECT 0, 'token', token, ticket_id, purpose, person_id FROM channels_thread
        WHERE token = ANY(%(note_tokens)s) AND purpose = 'note' AND NOT token = ANY(%(tokens)s)
    UNION ALL
    SELECT array_position(%(ids)s, message_id::text), 'reference', message_id, ticket_id, purpose, person_id
        FROM channels_knownmessageid WHERE message_id = ANY(%(ids)s)
    UNION ALL
    SELECT 1000 + array_position(%(numbers)s, number), 'number', number::text, id, 'requester', NULL
        FROM tickets_ticket WHERE number = ANY(%(numbers)s)
), way (origin_id, ticket_id) AS (
    SELECT DISTINCT ticket_id, ticket_id FROM found
    UNION
    SELECT way.origin_id, step.merged_into_id FROM way JOIN tickets_ticket step ON step.id = way.ticket_id
        WHERE step.merged_into_id IS NOT NULL
)
SELECT found.via, found.word, found.purpose, found.person_id,
       ticket.id, ticket.number, ticket.state, ticket.resolved_at, ticket.requester_id,
       EXISTS (SELECT 1 FROM tickets_participant p
               WHERE p.ticket_id IN (ticket.id, origin.id) AND p.address = %(sender)s),
       EXISTS (SELECT 1 FROM channels_knownmessageid k
               WHERE k.ticket_id IN (ticket.id, origin.id) AND k.purpose = 'requester'
                 AND %(sender)s = ANY(k.addresses)),
       EXISTS (SELECT 1 FROM tickets_correspondence c
               WHERE c.ticket_id IN (ticket.id, origin.id) AND c.party_address = %(sender)s),
       origin.id, origin.requester_id
FROM found JOIN way ON way.origin_id = found.ticket_id
           JOIN tickets_ticket ticket ON ticket.id = way.ticket_id AND ticket.merged_into_id IS NULL
           JOIN tickets_ticket origin ON origin.id = found.ticket_id
ORDER BY found.rank
"""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A ticket that a mail may belong to, and why."""

    via: Via
    word: str
    purpose: str
    person_id: int | None
    ticket_id: int
    number: int
    state: str
    resolved_at: datetime | None
    requester_id: int
    is_participant: bool
    is_addressee: bool
    is_party: bool
    origin_id: int
    origin_requester_id: int

    @property
    def meant_for_id(self) -> int | None:
        """The merged ticket that the mail answers, if it goes on in another one."""
        return self.origin_id if self.origin_id != self.ticket_id else None

    def role_of(self, person: Person | None) -> Role:
        """Who the sender is to this ticket, the strongest role first."""
        if person is not None and person.pk == self.requester_id:
            return Role.REQUESTER
        if self.is_participant or (person is not None and person.pk == self.origin_requester_id):
            return Role.PARTICIPANT
        if self.is_party:
            return Role.PARTY
        return Role.ADDRESSEE if self.is_addressee else Role.STRANGER

    @property
    def standing(self) -> Standing:
        """Running, settled a short while ago, or past."""
        if self.state not in (lifecycle.RESOLVED, lifecycle.CLOSED) or self.resolved_at is None:
            return Standing.RUNNING
        is_recent = ticket_rules.may_still_reopen(self.resolved_at, clock.now())
        return Standing.SETTLED if is_recent else Standing.PAST


@dataclass(frozen=True, slots=True)
class Seen:
    """All the gate needs to decide and to act."""

    sight: Sight
    sender: str
    person: Person | None
    candidate: Candidate | None
    claims: int | None
    gratitude: Gratitude = Gratitude.NONE


def look_at(mail: ParsedMail, arrival: Arrival, envelope_to: Sequence[str], *, raw: bytes) -> Seen:
    """See a mail. Two queries for a new mail of a known sender, three where it answers something."""
    sender = people_key(mail)
    ids = _answered_ids(mail)
    tokens, note_tokens = _tokens(mail, envelope_to)
    numbers = [int(number) for number in mail.subject_line.numbers[:5] if len(number) < 12]
    known = sender_of(sender) if sender else Sender(None, frozenset(), is_blocked=False)
    person = known.person
    candidates = _find(sender, ids, tokens, note_tokens, numbers) if ids or tokens or numbers else []
    candidate = _best(candidates, person)
    is_lost = _is_lost(candidate, ids, tokens, arrival)
    via = Via.LOST if is_lost else candidate.via if candidate else Via.NOTHING
    is_proven = bool(sender) and _is_proven(mail, arrival, raw)
    is_agent = policy.WORK in known.rights
    gratitude = _gratitude(mail, person, candidate) if candidate else Gratitude.NONE
    is_bound = bool(candidate and person and candidate.person_id == person.pk)
    sight = Sight(
        auto=mail.auto.value,
        is_answer_to_invitation=mail.auto is Kind.INVITATION and _is_answer(mail),
        has_sender=bool(sender),
        is_own=_is_own(mail, sender, arrival),
        via=via,
        belongs=Belongs(candidate.purpose) if candidate and not is_lost else Belongs.REQUESTER,
        role=candidate.role_of(person) if candidate else Role.STRANGER,
        is_proven=is_proven,
        is_agent=is_agent,
        is_bound=is_bound,
        may_work=is_bound and is_agent and candidate is not None and _may_work(person, candidate.ticket_id),
        standing=candidate.standing if candidate else Standing.RUNNING,
        is_thanks=bool(gratitude),
        is_blocked=known.is_blocked,
        is_marked=spam.is_marked(mail.marks.spam_flag),
    )
    claims = candidate.number if candidate and not is_lost else (numbers[0] if numbers else None)
    return Seen(sight, sender, person, candidate, claims, gratitude)


def _gratitude(mail: ParsedMail, person: Person | None, candidate: Candidate) -> Gratitude:
    """Whether the mail is mere thanks. Names and pictures of the ticket are looked up only for what is that short."""
    has_files = any(not one.inline for one in mail.attachments)
    if has_files or len(mail.reply_text.split()) > LONGEST_IN_WORDS:
        return Gratitude.NONE
    said = Message.objects.filter(ticket_id=candidate.ticket_id, direction=Message.Direction.OUT)
    names = [person.name if person else mail.sender.name if mail.sender else ""]
    names += list(said.order_by("-id").values_list("author_name", flat=True)[:50])
    gratitude = gratitude_of(mail.reply_text, names=names)
    return gratitude if gratitude and not _shows_something_new(mail, candidate) else Gratitude.NONE


def _shows_something_new(mail: ParsedMail, candidate: Candidate) -> bool:
    """Whether it holds a picture that is new to the ticket. A signature's logo came with earlier mails; a screenshot
    that was pasted under 'Danke' says more than the word."""
    shown = {hashlib.sha256(one.content).hexdigest() for one in mail.attachments}
    if not shown:
        return False
    known = Attachment.objects.filter(ticket_id=candidate.ticket_id, file__sha256__in=shown)
    return bool(shown - set(known.values_list("file__sha256", flat=True)))


def people_key(mail: ParsedMail) -> str:
    """The sender's address as addresses are kept; empty if the mail has none."""
    return mail.sender.key[:254] if mail.sender and "@" in mail.sender.address else ""


_SENDER = """
SELECT EXISTS (SELECT 1 FROM channels_blockedsender
               WHERE pattern = ANY(%s) AND ended_at IS NULL AND (until_at IS NULL OR until_at > %s)),
       CASE WHEN account.is_active THEN account.roles END,
       person.id, person.organization_id, person.account_id, person.name, person.language, person.is_vip,
       person.is_active
FROM (VALUES (%s)) wanted(folded)
LEFT JOIN organizations_address address ON address.kind = 'mail' AND address.folded = wanted.folded
LEFT JOIN organizations_person person ON person.id = address.person_id
LEFT JOIN accounts_account account ON account.id = person.account_id
"""
#: In the order of the model, as ``from_db`` wants them; the others are loaded when asked for.
_SENDER_FIELDS = ("id", "organization_id", "account_id", "name", "language", "is_vip", "is_active")


@dataclass(frozen=True, slots=True)
class Sender:
    """Who writes: the person an address belongs to, what their account may do, and whether they are blocked now."""

    person: Person | None
    rights: frozenset[str]
    is_blocked: bool


def sender_of(address: str) -> Sender:
    """Who has an address, with the fields that taking in needs.

    In plain SQL and in one statement: this runs for every mail, and the joined models of ``person_of_mail`` cost
    three times as much.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SENDER, [spam.patterns_for(address), clock.now(), address])
        is_blocked, roles, *person = cursor.fetchone()
    if person[0] is None:
        return Sender(None, frozenset(), is_blocked)
    return Sender(Person.from_db("default", _SENDER_FIELDS, person), rights_of(roles or ()), is_blocked)


def _answered_ids(mail: ParsedMail) -> list[str]:
    """What the mail answers, nearest first."""
    return list(dict.fromkeys(i[:250] for i in (*mail.in_reply_to, *reversed(mail.references))))


def _tokens(mail: ParsedMail, envelope_to: Sequence[str]) -> tuple[list[str], list[str]]:
    """Tokens in the addresses it was sent to, and thread words of our Message-IDs, which count for notes only."""
    addresses = [a.address for a in (*mail.to, *mail.cc)] + [*mail.marks.delivered_to, *envelope_to]
    tokens = list(threads.tokens_in(addresses))
    own = [threads.parse_message_id(i) for i in (*mail.in_reply_to, *mail.references)]
    return tokens, list(dict.fromkeys([*tokens, *(o.thread for o in own if o)]))


def _find(
    sender: str, ids: list[str], tokens: list[str], note_tokens: list[str], numbers: list[int]
) -> list[Candidate]:
    values: dict[str, Any] = {
        "sender": sender,
        "ids": ids,
        "tokens": tokens,
        "note_tokens": note_tokens,
        "numbers": numbers,
    }
    with connection.cursor() as cursor:
        cursor.execute(
            _FIND.replace("%(ids)s", "%(ids)s::text[]")
            .replace("tokens)s", "tokens)s::text[]")
            .replace("%(numbers)s", "%(numbers)s::bigint[]"),
            values,
        )
        return [Candidate(Via(row[0]), *row[1:]) for row in cursor.fetchall()]


def _best(candidates: list[Candidate], person: Person | None) -> Candidate | None:
    """A token outweighs references, these a number; among equals the ticket in which the sender has a part."""
    for via in (Via.TOKEN, Via.REFERENCE, Via.NUMBER):
        same = [candidate for candidate in candidates if candidate.via is via]
        if same:
            return next((c for c in same if c.role_of(person) is not Role.STRANGER), same[0])
    return None


def _is_lost(candidate: Candidate | None, ids: list[str], tokens: list[str], arrival: Arrival) -> bool:
    """It answers a mail that bears our host or a token of our shape, and nothing it names is known here (P20).

    Then its number is worth nothing either: another ticket may bear it by now.
    """
    if candidate is not None and candidate.via is not Via.NUMBER:
        return False
    if tokens:
        return True
    hosts = arrival.own_hosts
    return any(own.host in hosts for own in map(threads.parse_message_id, ids) if own)


def _is_own(mail: ParsedMail, sender: str, arrival: Arrival) -> bool:
    """Our own mail has come back: by its loop header, its Message-ID, or because we are the sender (P06)."""
    mark = instance.mark()
    if any(mark in value.split() for value in mail.marks.loop):
        return True
    if sender and (sender in arrival.own_addresses or threads.plain_address(sender) in arrival.own_addresses):
        return True
    own = threads.parse_message_id(mail.message_id)
    return own is not None and own.mark == mark


def _is_proven(mail: ParsedMail, arrival: Arrival, raw: bytes) -> bool:
    """The From domain, if there is exactly one sender and it stands in From itself."""
    if len(mail.senders) != 1 or mail.sender != mail.senders[0]:
        return False
    domain = authentication.domain_of(mail.senders[0].key)
    if arrival.authserv_id:
        results = mail.marks.authentication_results
        return authentication.is_proven_by(results, authserv_id=arrival.authserv_id, from_domain=domain)
    return arrival.checks_dkim and authentication.is_signed_by(raw, domain)


_ANSWERING = frozenset({"REPLY", "CANCEL", "REFRESH", "DECLINECOUNTER"})
#: Where no calendar came along, or Outlook packed it.
_ANSWERS = (
    *("accepted:", "declined:", "tentative:", "tentatively accepted:", "canceled:", "cancelled:"),
    *("zugesagt:", "abgelehnt:", "angenommen:", "mit vorbehalt:", "mit vorbehalt zugesagt:", "abgesagt:"),
)


def _is_answer(mail: ParsedMail) -> bool:
    """Somebody's calendar accepts, declines or cancels; an invitation itself, or another time, is somebody's wish."""
    if mail.calendar_method:
        return mail.calendar_method in _ANSWERING
    return mail.subject.lower().startswith(_ANSWERS)


def _may_work(person: Person | None, ticket_id: int) -> bool:
    """Whether the person may work on the ticket now, with the rights of this moment (P17)."""
    if person is None or person.account is None or not person.is_active:
        return False
    ticket = Ticket.objects.filter(pk=ticket_id).first()
    return ticket is not None and policy.may_work(actor_for(person.account), ticket)
