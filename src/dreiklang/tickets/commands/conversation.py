"""What is said: messages with the requester, notes inside. Two types, two commands, no path between them (P31)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from dreiklang.kernel import clock
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Invalid, WrongState
from dreiklang.kernel.insertion import insert
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require
from dreiklang.organizations.models import Person
from dreiklang.tickets import lifecycle, policy, rules
from dreiklang.tickets.commands.affected import let_outage_run
from dreiklang.tickets.commands.attaching import Upload, attach
from dreiklang.tickets.commands.finding import remember_words, words_of
from dreiklang.tickets.commands.holding import (
    acts_at,
    author_id,
    end_pending,
    held,
    held_where_it_goes_on,
    mark,
    take_step,
    written,
)
from dreiklang.tickets.commands.sealing import UNSEALED, Seal
from dreiklang.tickets.events import (
    MessageReceived,
    MessageWithdrawn,
    MessageWritten,
    NoteWritten,
    TicketReopened,
    TicketResumed,
)
from dreiklang.tickets.models import Message, Note, Resolution, Ticket
from dreiklang.tickets.queries.recipients import Recipient, channel_of, copies_of, recipients_of

LONGEST = 1_000_000


@command
def receive_message(
    ticket: Ticket,
    *,
    actor: Actor,
    author: Person | None,
    text: str,
    html: str = "",
    subject: str = "",
    channel: str = "mail",
    author_name: str = "",
    author_address: str = "",
    to: Sequence[Recipient] = (),
    cc: Sequence[Recipient] = (),
    auto: str = "none",
    is_sender_proven: bool = True,
    gratitude: str = "",
    source_id: int | None = None,
    seal: Seal = UNSEALED,
    meant_for_id: int | None = None,
    attachments: Sequence[Upload] = (),
    said_at: datetime | None = None,
    is_fresh: bool = False,
) -> Message:
    """Words from the requester's side arrive. They end a pause that waited for the requester.

    Whether they reopen a resolved ticket is decided by the caller (``resolution.reopen``), who knows the door.
    Automatic words (``auto`` other than none) change nothing but the conversation; nor do mere thanks (``gratitude``
    *thanks*): they ask for nothing, so the last word stays ours, and a question of ours stays open. Thanks with
    *good_news* are an answer. ``said_at``: when they came, if they were held meanwhile.

    Words for a merged ticket reach the one it goes on in, and remember which was meant (``meant_for_id``: where the
    caller has followed the merge already), so that they can be taken along if the merge is undone. ``is_fresh``: the
    caller has opened the ticket in this very transaction, with these as its first words (``is_said_at_once``): nobody
    else can have touched it, it says already that the requester spoke last, and is found by its own words from here.
    """
    asked, ticket = (ticket, ticket) if is_fresh else held_where_it_goes_on(ticket, actor=actor)
    require(actor.is_system or actor.id == asked.requester_id or policy.may_see(actor, asked))
    _refuse_bad_text(text or html or ("." if attachments else ""))
    message = Message(
        ticket=ticket,
        direction=Message.Direction.IN,
        author=author,
        author_name=author_name or (author.name if author else ""),
        author_address=author_address,
        to=[r.as_json() for r in to],
        cc=[r.as_json() for r in cc],
        subject=subject[:500],
        text=text[:LONGEST],
        html=html[:LONGEST],
        channel=channel,
        auto=auto,
        is_sender_proven=is_sender_proven,
        gratitude=gratitude,
        source_id=source_id,
        **seal.as_fields(),
        meant_for_id=meant_for_id or (asked.pk if asked.pk != ticket.pk else None),
        said_at=said_at or clock.now(),
    )
    insert(message)
    attach(message, attachments, ticket=ticket)
    of_ticket = words_of(ticket) if is_fresh else ()  # one statement for both: their words meet in one row
    remember_words(ticket, outside=[*of_ticket, subject, message.text, *(u.filename for u in attachments)])
    publish(
        MessageReceived(
            subject_id=ticket.pk,
            message_id=message.pk,
            channel=channel,
            auto=auto,
            is_sender_proven=is_sender_proven,
            gratitude=gratitude,
            gist=rules.first_words(text or subject),
        ),
        actor=actor,
    )
    if auto == "none" and gratitude != rules.THANKS and not is_fresh:
        _requester_spoke(ticket, actor=actor)
    return message


def _requester_spoke(ticket: Ticket, *, actor: Actor) -> None:
    ticket.last_word_by, ticket.last_word_at = "requester", clock.now()
    fields = ["last_word_by", "last_word_at", "trail"]
    mark(ticket, "in")
    if ticket.state == lifecycle.WAITING and ticket.pendings.filter(ended_at=None, reason="requester").exists():
        take_step(ticket, "resume")
        end_pending(ticket)
        fields += ["state", "state_group", "returns_at"]
        publish(TicketResumed(subject_id=ticket.pk, because="requester_answered"), actor=actor)
    written(ticket, *fields)


@command
def write_message(
    ticket: Ticket,
    *,
    actor: Actor,
    text: str,
    html: str = "",
    subject: str = "",
    to: Sequence[Recipient] | None = None,
    cc: Sequence[Recipient] | None = None,
    channel: str = "",
    attachments: Sequence[Upload] = (),
    version: int | None = None,
    with_message: Message | None = None,
    auto: str = "none",
) -> Message:
    """Write to the requester. It leaves by the door of the ticket after ten seconds, until then it can be withdrawn.

    ``to`` and ``cc`` default to the requester and the participants who get copies. Level 3 is refused without the
    direct line, a vendor always (A5). Raises Invalid for an empty text. ``with_message``: the parent's answer with
    which this one goes out and is called back.
    direct line, a vendor always (A5). Raises Invalid for an empty text.
    ``auto`` other than none: nobody typed it, so it leaves marked and counted as automatic mail (P06, P21).
    """
    ticket = held(ticket, actor=actor, version=version)
    require(
        policy.may_write_to_requester(actor, ticket),
        _("At this level the answer goes through the level below, or over the direct line."),
    )
    _refuse_bad_text(text)
    if to is None:
        to = recipients_of(ticket)
    if cc is None:
        cc = copies_of(ticket)
    at = acts_at(actor, ticket)
    message = Message.objects.create(
        ticket=ticket,
        direction=Message.Direction.OUT,
        author_id=author_id(actor),
        author_name=actor.name if auto == "none" else "",
        level=at["level"] or None,
        to=[r.as_json() for r in to],
        cc=[r.as_json() for r in cc],
        subject=(subject or ticket.subject)[:500],
        text=text[:LONGEST],
        html=html[:LONGEST],
        channel=channel or channel_of(to),
        auto=auto,
        delivery=Message.Delivery.WAITING if to else Message.Delivery.NONE,
        with_message=with_message,
        said_at=clock.now(),
    )
    attach(message, attachments, ticket=ticket)
    fields = ["last_word_by", "last_word_at", "trail"]
    ticket.last_word_by, ticket.last_word_at = "desk", clock.now()
    mark(ticket, "out", level=at["level"] or None)
    if ticket.state == lifecycle.NEW:
        take_step(ticket, "start")
        fields += ["state", "state_group"]
    written(ticket, *fields)
    remember_words(ticket, outside=[text, *(u.filename for u in attachments)])
    publish(
        MessageWritten(
            subject_id=ticket.pk,
            message_id=message.pk,
            channel=message.channel,
            gist=rules.first_words(text),
            **at,
        ),
        actor=actor,
    )
    return message


@command
def withdraw_message(message: Message, *, actor: Actor) -> Message:
    """Take back a message that has not left yet (ten seconds), with what went to the children of its ticket.

    Raises WrongState if it has left.
    """
    ticket = held(message.ticket_id, actor=actor)
    message = Message.objects.select_for_update().get(pk=message.pk)
    require(actor.is_system or message.author_id == actor.id)
    if message.delivery != Message.Delivery.WAITING:
        raise WrongState(_("It has already left."))
    message.delivery = Message.Delivery.WITHDRAWN
    message.save(update_fields=["delivery"])
    written(ticket)
    publish(MessageWithdrawn(subject_id=ticket.pk, message_id=message.pk, **acts_at(actor, ticket)), actor=actor)
    _open_if_unsolved(ticket, message, actor=actor)
    for twin in message.twins.filter(delivery=Message.Delivery.WAITING).order_by("ticket_id"):
        withdraw_message(twin, actor=actor)
    return message


def _open_if_unsolved(ticket: Ticket, message: Message, *, actor: Actor) -> None:
    """A solution that was called back was never sent: the ticket is open again, with whoever has it."""
    called_back = Resolution.objects.filter(message=message, reopened_at=None)
    if not called_back.update(reopened_at=clock.now()):
        return
    if ticket.state == lifecycle.MERGED:  # it is not solved any more wherever it goes on; that counts when they part
        ticket.merges.filter(undone_at=None).update(former_state=lifecycle.OPEN)
        return
    take_step(ticket, "reopen")
    let_outage_run(ticket)
    ticket.resolved_at = ticket.closed_at = ticket.closes_at = None
    mark(ticket, "open")
    written(ticket, "state", "state_group", "resolved_at", "closed_at", "closes_at", "trail")
    publish(TicketReopened(subject_id=ticket.pk, because="withdrawn", **acts_at(actor, ticket)), actor=actor)


@command
def write_note(
    ticket: Ticket,
    *,
    actor: Actor,
    text: str,
    mentioned: Iterable[Person] = (),
    channel: str = "desk",
    attachments: Sequence[Upload] = (),
) -> Note:
    """Write a note. It stays inside; who is mentioned is told, if they may see the ticket."""
    ticket = held(ticket, actor=actor)
    require(policy.may_work(actor, ticket))
    _refuse_bad_text(text)
    at = acts_at(actor, ticket)
    note = Note.objects.create(
        ticket=ticket,
        author_id=author_id(actor),
        level=at["level"] or ticket.level,
        team_id=at["team_id"],
        text=text[:LONGEST],
        channel=channel,
        written_at=clock.now(),
    )
    people = list(mentioned)
    note.mentioned.set(people)
    attach(note, attachments, ticket=ticket)
    written(ticket)
    remember_words(ticket, inside=[text, *(u.filename for u in attachments)])
    publish(
        NoteWritten(
            subject_id=ticket.pk,
            note_id=note.pk,
            mentioned=tuple(person.pk for person in people),
            gist=rules.first_words(text),
            **at,
        ),
        actor=actor,
    )
    return note


def _refuse_bad_text(text: str) -> None:
    if not text.strip():
        raise Invalid({"text": [_("There is nothing written yet.")]})
    if len(text) > LONGEST:
        raise Invalid({"text": [_("The text is too long; attach it as a file instead.")]})
