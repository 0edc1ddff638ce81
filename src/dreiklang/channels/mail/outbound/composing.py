"""Putting a mail together at the moment it leaves, as the records then are, rights looked at again (P29).

Four kinds of words have four renderers. From here a Message reaches the requester, a Correspondence its party, and
nothing else reaches anybody: notes, relays, handovers and interventions are not read in this module (P31).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import formats, timezone, translation

from dreiklang.accounts.events import LinkAsked
from dreiklang.accounts.models import Account
from dreiklang.accounts.queries import url_of_link
from dreiklang.accounts.rules import CONFIRM, ESCALATE, REOPEN
from dreiklang.channels.fax.outbound import as_fax
from dreiklang.channels.mail import threads
from dreiklang.channels.mail.outbound import letters, markup, queries, rules
from dreiklang.channels.mail.outbound.dressing import dress, undressed
from dreiklang.channels.mail.outbound.letters import Letter, Mailed
from dreiklang.channels.mail.outbound.models import OutgoingMail
from dreiklang.channels.mail.outbound.outages import word_of_outage
from dreiklang.channels.mail.outbound.programs import Word, question_of_approval, word_of_service
from dreiklang.channels.mail.outbound.words_of_messages import enclosed_with, signed_by, written_html
from dreiklang.channels.mail.threading import remember, token_for
from dreiklang.channels.models import Mailbox
from dreiklang.communication import wording
from dreiklang.communication.commands.answering import make_answer_link
from dreiklang.communication.rules import header_safe
from dreiklang.kernel import clock, instance, journal
from dreiklang.kernel.permissions import system
from dreiklang.teams.queries import actor_for
from dreiklang.tickets import policy
from dreiklang.tickets.events import TicketClosed
from dreiklang.tickets.events.silence import RequesterReminded
from dreiklang.tickets.models import Correspondence, Invitation, Message, Reminder, Resolution, Ticket
from dreiklang.tickets.queries.recipients import mail_recipients_of
from dreiklang.tickets.rules import icalendar

MAIL = system("mail")


class Dropped(Exception):
    """This mail shall not leave (any more); the argument says why, as a literal."""


def letter_for(mail: OutgoingMail, mailbox: Mailbox) -> Letter:
    """The letter as it leaves now. Raises Dropped. Gives the Message-ID, the first time, and keeps it in ``mail``."""
    compose = {
        rules.MESSAGE: _message,
        rules.CORRESPONDENCE: _correspondence,
        rules.RECEIVED: _received,
        rules.CLOSED: _closed,
        rules.REMINDER: _reminder,
        rules.NOTIFICATION: _notification,
        rules.LINK: _link,
        rules.SERVICE: _word,
        rules.APPROVAL: _word,
        rules.OUTAGE: _word,
    }[mail.kind]
    return compose(mail, mailbox)


@dataclass(frozen=True)
class _Thread:
    """The conversation a mail belongs to: its token for answers, and what went before."""

    purpose: str
    token: str
    before: queries.Before


def _thread(ticket: Ticket, purpose: str, *, person_id: int | None = None, address: str = "") -> _Thread:
    token = token_for(ticket.pk, purpose=purpose, person_id=person_id, address=address)
    return _Thread(purpose, token, queries.before(ticket, purpose=purpose, person_id=person_id or 0, address=address))


def _reply_to(mailbox: Mailbox, thread: _Thread) -> str:
    return threads.reply_address(mailbox.address, thread.token) if mailbox.has_plus_addresses else ""


def _message_id(mail: OutgoingMail, mailbox: Mailbox, thread: _Thread | None = None) -> str:
    if not mail.message_id:
        secret = thread.token if thread and thread.purpose == threads.NOTE else ""
        host = threads.host_of(mailbox.address)
        mail.message_id = threads.make_message_id(mark=instance.mark(), host=host, thread=secret)
    return mail.message_id


def _message(mail: OutgoingMail, mailbox: Mailbox) -> Letter:
    message = mail.said
    assert message is not None
    if message.direction != Message.Direction.OUT or message.delivery == Message.Delivery.WITHDRAWN:
        raise Dropped("withdrawn")
    ticket = message.ticket
    is_typed = message.auto == "none"
    is_answered_by_id = is_typed or _claim_automatic(mail, message)
    solved = Resolution.objects.filter(message=message, reopened_at=None).exists() and ticket.resolved_at is not None
    solved = solved and ticket.merged_into_id is None
    key = "resolved" if solved else "message"
    if message.with_message_id is not None:
        key = "together_resolved" if solved else "together"
    values = _said(message, ticket)
    if solved:
        values |= _answers(mail, ticket, CONFIRM, REOPEN) | {"closes_on": _day(ticket)}
    thread = _thread(ticket, threads.REQUESTER)
    letter = _with_words(
        mail, mailbox, ticket, key, values, message,
        sender=message.author_name, thread=thread, to=_people(message.to), cc=_people(message.cc),
        before=thread.before if is_answered_by_id else queries.Before(),
        automatic="" if is_typed else letters.GENERATED,
    )  # fmt: skip
    letter = as_fax(_with_calendar(letter, message), message)
    remember(
        letter.message_id, ticket_id=ticket.pk, is_ours=True, purpose=threads.REQUESTER,
        addresses=letter.recipients, said_id=message.pk,
    )  # fmt: skip
    return letter


def _with_calendar(letter: Letter, message: Message) -> Letter:
    """The appointment that a message tells of, for the requester's calendar; answers to it come to the ticket."""
    told = Invitation.objects.filter(message=message).select_related("visit").first()
    if told is None or not letter.to:
        return letter
    method = icalendar.CANCEL if told.is_cancelling else icalendar.REQUEST
    appointment = icalendar.Appointment(
        uid=told.visit.uid,
        sequence=told.sequence,
        starts_at=told.starts_at,
        ends_at=told.ends_at,
        summary=told.summary,
        place=told.place,
        description=message.text,
        organizer=letter.reply_to or letter.sender.address,
        organizer_name=letter.sender.name,
        attendee=letter.to[0].address,
        attendee_name=letter.to[0].name,
        is_cancelled=told.is_cancelling,
    )
    text = icalendar.calendar([appointment], method=method, made_at=letter.at)
    return replace(letter, calendar=text, calendar_method=method)


def _claim_automatic(mail: OutgoingMail, message: Message) -> bool:
    """Words that a rule wrote: counted together with acknowledgements (P21). Whether the sender was proven, so that
    their own Message-ID may stand in it."""
    came = message.ticket.messages.filter(direction=Message.Direction.IN).order_by("-id").first()
    if came is not None and came.auto != "none":
        raise Dropped("automatic")
    is_proven = came is None or came.is_sender_proven
    known = _people(message.to)
    _claim_address(mail, known[0].address if known else "")
    if rules.too_many_acknowledged(queries.unasked_within_hour(mail, mail.address), is_proven=is_proven):
        raise Dropped("too_many")
    return is_proven


def _correspondence(mail: OutgoingMail, mailbox: Mailbox) -> Letter:
    words = mail.correspondence
    assert words is not None
    if words.direction != Message.Direction.OUT or words.delivery == Message.Delivery.WITHDRAWN:
        raise Dropped("withdrawn")
    ticket, address = words.ticket, words.party_address
    thread = _thread(ticket, threads.PARTY, address=address)
    letter = _with_words(
        mail, mailbox, ticket, "correspondence", _said(words, ticket), words,
        sender=words.author.name if words.author else "", thread=thread, to=(Mailed(words.party_name, address),),
    )  # fmt: skip
    remember(
        letter.message_id, ticket_id=ticket.pk, is_ours=True, purpose=threads.PARTY,
        addresses=letter.recipients, correspondence_id=words.pk,
    )  # fmt: skip
    return letter


def _with_words(
    mail: OutgoingMail, mailbox: Mailbox, ticket: Ticket, key: str, values: dict[str, str],
    words: Message | Correspondence, *, sender: str, thread: _Thread, to: tuple[Mailed, ...],
    cc: tuple[Mailed, ...] = (), before: queries.Before | None = None, automatic: str = "",
) -> Letter:  # fmt: skip
    """A letter with words that somebody typed, or wrote down for a rule to send."""
    before = before or thread.before
    files = list(words.attachments.select_related("file").order_by("id"))
    html, enclosed = enclosed_with(written_html(words), files, host=threads.host_of(mailbox.address))
    said = wording.words_of(key, ticket.language, values)
    _subject, body = wording.template_words(key, ticket.language)
    # A third party writes with the house, not with its customer.
    brand = dress(mailbox, None if thread.purpose == threads.PARTY else ticket)
    return Letter(
        sender=Mailed(rules.shown_sender(sender, brand.name), mailbox.address),
        envelope_from=mailbox.address,
        to=to,
        cc=cc,
        reply_to=_reply_to(mailbox, thread),
        subject=threads.tagged_subject(said.subject, ticket.number),
        text=brand.below(said.body),
        html=markup.page(markup.body_as_html(body, values, text_html=html), language=ticket.language, look=brand.look),
        message_id=_message_id(mail, mailbox, thread),
        answers=before.answers,
        chain=before.chain,
        at=clock.now(),
        mark=instance.mark(),
        automatic=automatic,
        enclosed=(*enclosed, *brand.enclosed),
    )


def _received(mail: OutgoingMail, mailbox: Mailbox) -> Letter:
    """Fixed words and the number: not one word of what was sent to us, unless the sender is proven not even a name."""
    ticket = mail.ticket
    assert ticket is not None
    first = ticket.messages.filter(direction=Message.Direction.IN).order_by("id").first()
    if first is not None and first.auto != "none":
        raise Dropped("automatic")
    known = mail_recipients_of(ticket)
    address = (first.author_address if first else "") or (known[0].address if known else "")
    is_proven = ticket.channel == "portal" or (first is not None and first.is_sender_proven)
    _claim_address(mail, address)
    if rules.too_many_acknowledged(queries.unasked_within_hour(mail, mail.address), is_proven=is_proven):
        raise Dropped("too_many")
    values = {
        "number": str(ticket.number),
        "desk": dress(mailbox, ticket).name,
        "name": ticket.requester.name if is_proven else "",
        "escalate_link": "",
    }
    if is_proven:
        values |= _answers(mail, ticket, ESCALATE)
    thread = _thread(ticket, threads.REQUESTER)
    before = thread.before if is_proven else queries.Before()
    letter = _automatic(
        mail, mailbox, "received", ticket.language, values, Mailed("", address), ticket=ticket, thread=thread,
        before=before, automatic=letters.REPLIED, envelope_from="",
    )  # fmt: skip
    remember(letter.message_id, ticket_id=ticket.pk, is_ours=True, addresses=letter.recipients)
    return letter


def _closed(mail: OutgoingMail, mailbox: Mailbox) -> Letter:
    """Nobody objected: closed, with the way back."""
    ticket = mail.ticket
    assert ticket is not None
    if ticket.closed_at is None or ticket.resolved_at is None:
        raise Dropped("reopened")
    known = queries.known_recipients(ticket)
    _claim_address(mail, known[0].address if known else "")
    values = {"number": str(ticket.number), "subject": ticket.subject, "name": ticket.requester.name}
    values |= _answers(mail, ticket, REOPEN)
    thread = _thread(ticket, threads.REQUESTER)
    letter = _automatic(
        mail, mailbox, _closing_words(mail), ticket.language, values, Mailed(known[0].name, known[0].address),
        ticket=ticket, thread=thread, before=thread.before, automatic=letters.GENERATED,
    )  # fmt: skip
    remember(letter.message_id, ticket_id=ticket.pk, is_ours=True, addresses=letter.recipients)
    return letter


def _closing_words(mail: OutgoingMail) -> str:
    """Which template says why it was closed: nobody objected to a solution, or nobody answered our question."""
    closed = journal.line(mail.line_id).event if mail.line_id else None
    return "unanswered" if isinstance(closed, TicketClosed) and closed.because == "unanswered" else "closed"


def _reminder(mail: OutgoingMail, mailbox: Mailbox) -> Letter:
    """Our question is open: what it was, and what happens next. Dropped if an answer came meanwhile."""
    ticket = mail.ticket
    assert ticket is not None
    reminder = Reminder.objects.select_related("pending").filter(pk=int(mail.what)).first()
    if reminder is None or reminder.pending.ended_at is not None:
        raise Dropped("answered")
    assert mail.line_id is not None
    told = journal.line(mail.line_id).event
    assert isinstance(told, RequesterReminded)
    known = queries.known_recipients(ticket)
    _claim_address(mail, known[0].address if known else "")
    asked = ticket.messages.filter(direction=Message.Direction.OUT).order_by("-id").first()
    values = {
        "number": str(ticket.number), "subject": ticket.subject, "name": ticket.requester.name,
        "question": wording.quote_of(asked) if asked else "", "closes_on": _day_of(told.closes_at, ticket),
        "next_on": _day_of(told.next_at, ticket),
    }  # fmt: skip
    key = "last_reminder" if told.closes_at else "reminder" if told.next_at else "only_reminder"
    thread = _thread(ticket, threads.REQUESTER)
    letter = _automatic(
        mail, mailbox, key, ticket.language, values, Mailed(known[0].name, known[0].address),
        ticket=ticket, thread=thread, before=thread.before, automatic=letters.GENERATED,
    )  # fmt: skip
    remember(letter.message_id, ticket_id=ticket.pk, is_ours=True, addresses=letter.recipients)
    return letter


def _notification(mail: OutgoingMail, mailbox: Mailbox) -> Letter:
    """Number, subject, what happened, where to read it: never the words themselves. An answer becomes a note (P17)."""
    ticket, person = mail.ticket, mail.person
    assert ticket is not None
    assert person is not None
    account = person.account
    if account is None or not account.is_active or not policy.works_inside(actor_for(account), ticket):
        raise Dropped("lost_sight")
    address = person.addresses.filter(kind="mail").order_by("-is_first", "id").values_list("value", flat=True).first()
    _claim_address(mail, address or account.login)
    values = {
        "number": str(ticket.number),
        "subject": ticket.subject,
        "what": wording.what_happened(mail.what, account.language),
        "link": f"{settings.PUBLIC_URL}/tickets/{ticket.number}/",
        "name": person.name,
    }
    thread = _thread(ticket, threads.NOTE, person_id=person.pk)
    letter = _automatic(
        mail, mailbox, "notification", account.language, values, Mailed(person.name, mail.address),
        ticket=ticket, thread=thread, before=thread.before, automatic=letters.GENERATED,
    )  # fmt: skip
    remember(
        letter.message_id, ticket_id=ticket.pk, is_ours=True, purpose=threads.NOTE, person_id=person.pk,
        addresses=letter.recipients,
    )  # fmt: skip
    return letter


def _link(mail: OutgoingMail, mailbox: Mailbox) -> Letter:
    """A link to sign in, for a new password, an invitation; dropped once it is too old to be of use."""
    assert mail.line_id is not None
    line = journal.line(mail.line_id)
    asked = line.event
    assert isinstance(asked, LinkAsked)
    if clock.now() >= line.at + timedelta(minutes=asked.lasts_minutes):
        raise Dropped("too_old")
    if not Account.objects.filter(pk=asked.subject_id, is_active=True).exists():
        raise Dropped("lost_sight")
    _claim_address(mail, asked.address)
    values = {
        "link": url_of_link(asked),
        "within": wording.span_words(asked.lasts_minutes, asked.language),
        "minutes": str(asked.lasts_minutes),
        "desk": mailbox.name,
    }
    return _automatic(
        mail, mailbox, asked.purpose, asked.language, values, Mailed(asked.name, asked.address),
        automatic=letters.GENERATED,
    )  # fmt: skip


def _word(mail: OutgoingMail, mailbox: Mailbox) -> Letter:
    """To people who are no requesters: a program is called no longer, an approval is asked for, an outage. Dropped
    once there is nothing to say any more, or they may not hear it."""
    said: Word | str
    if mail.kind == rules.SERVICE:
        said = word_of_service(mail) or "lost_sight"
    elif mail.kind == rules.APPROVAL:
        said = question_of_approval(mail, sender=mailbox.name) or "answered"
    else:
        said = word_of_outage(mail)
    if isinstance(said, str):
        raise Dropped(said)
    _claim_address(mail, said.address)
    values = {**said.values, "desk": mailbox.name}
    to = Mailed(said.name, said.address)
    return _automatic(mail, mailbox, said.key, said.language, values, to, automatic=letters.GENERATED)


def _automatic(
    mail: OutgoingMail, mailbox: Mailbox, key: str, language: str, values: dict[str, str], to: Mailed, *,
    automatic: str, ticket: Ticket | None = None, thread: _Thread | None = None,
    before: queries.Before | None = None, envelope_from: str | None = None,
) -> Letter:  # fmt: skip
    """A letter that nobody typed."""
    said = wording.words_of(key, language, values)
    _subject, body = wording.template_words(key, language)
    before = before or queries.Before()
    is_inside = thread is not None and thread.purpose == threads.NOTE
    brand = undressed(mailbox) if is_inside else dress(mailbox, ticket)
    return Letter(
        sender=Mailed(brand.name, mailbox.address),
        envelope_from=mailbox.address if envelope_from is None else envelope_from,
        to=(to,),
        reply_to=_reply_to(mailbox, thread) if thread else "",
        subject=threads.tagged_subject(said.subject, ticket.number) if ticket else said.subject,
        text=brand.below(said.body),
        html=markup.page(markup.body_as_html(body, values, text_html=""), language=language, look=brand.look),
        enclosed=brand.enclosed,
        message_id=_message_id(mail, mailbox, thread),
        answers=before.answers,
        chain=before.chain,
        at=clock.now(),
        mark=instance.mark(),
        automatic=automatic,
    )


def _claim_address(mail: OutgoingMail, address: str) -> None:
    """Where an automatic mail goes, noted for the caps. Never to nobody, never to ourselves, never too often (P06)."""
    if not letters.sendable(address):
        raise Dropped("no_address")
    address = address.lower()
    if Mailbox.objects.filter(address=threads.plain_address(address)).exists():
        raise Dropped("own_address")
    about = mail.ticket if mail.ticket_id else None
    if rules.too_many_about_ticket(mail.kind, queries.sent_within_hour(mail, address, ticket=about)):
        raise Dropped("too_many")
    mail.address = address


def _answers(mail: OutgoingMail, ticket: Ticket, *purposes: str) -> dict[str, str]:
    """Links to answer with; the same ones however often this mail is tried."""
    kept: dict[str, str] = json.loads(mail.answer_links) if mail.answer_links else {}
    for purpose in purposes:
        if purpose not in kept:
            kept[purpose] = make_answer_link(ticket, purpose=purpose, actor=MAIL)
    mail.answer_links = json.dumps(kept)
    return {f"{purpose}_link": f"{settings.PUBLIC_URL}/t/{purpose}/{kept[purpose]}/" for purpose in purposes}


def _said(words: Message | Correspondence, ticket: Ticket) -> dict[str, str]:
    signature = signed_by(words.author, ticket=ticket, level=words.level, at=words.said_at)
    return {
        "text": words.text,
        "number": str(ticket.number),
        "subject": header_safe(words.subject or ticket.subject),
        "name": ticket.requester.name if isinstance(words, Message) else words.party_name,
        "agent": words.author.name if words.author else "",
        "team": signature.team,
        "signature": signature.text,
    }


def _people(kept: list[dict[str, Any]]) -> tuple[Mailed, ...]:
    return tuple(Mailed(str(one.get("name", "")), str(one.get("address", ""))) for one in kept)


def _day(ticket: Ticket) -> str:
    """The day on which silence closes the ticket, as the recipient writes dates."""
    return _day_of(ticket.closes_at, ticket)


def _day_of(moment: datetime | None, ticket: Ticket) -> str:
    if moment is None:
        return ""
    with translation.override(ticket.language):
        return formats.date_format(timezone.localtime(moment), "DATE_FORMAT")
