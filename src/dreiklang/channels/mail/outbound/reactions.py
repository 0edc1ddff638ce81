"""What is put into the outbox, in the transaction of the words (P08): rolled back with them, committed with them.

Each reaction bears a second delivery. Histories made afterwards (demo, import) send nothing: their words count as sent.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from dreiklang.accounts.events import LinkAsked
from dreiklang.approvals.events import ApprovalAsked, VoteReminded
from dreiklang.approvals.models import Vote
from dreiklang.approvals.policy import told_of
from dreiklang.channels.gate.events import MailboxChanged
from dreiklang.channels.mail.outbound import rules
from dreiklang.channels.mail.outbound.models import OutgoingMail
from dreiklang.channels.webhooks.events import HookSwitchedOff
from dreiklang.channels.webhooks.queries import keepers_of
from dreiklang.communication.events import (
    OutageAnnounced,
    OutageChanged,
    OutageEnded,
    PersonsNotified,
    PersonsToldOf,
)
from dreiklang.communication.models import AnnouncedOutage
from dreiklang.communication.queries.outages import mailed_of
from dreiklang.kernel import clock, failpoints, reactions
from dreiklang.kernel.errors import WrongState
from dreiklang.kernel.insertion import insert
from dreiklang.kernel.journal import Line
from dreiklang.kernel.permissions import system
from dreiklang.tickets.commands.delivery import correspondence_sent, message_sent
from dreiklang.tickets.events import (
    CorrespondenceWithdrawn,
    CorrespondenceWritten,
    MessageWithdrawn,
    MessageWritten,
    TicketClosed,
    TicketOpened,
)
from dreiklang.tickets.events.silence import RequesterReminded
from dreiklang.tickets.models import Correspondence, Message
from dreiklang.tickets.queries.recipients import is_led_by_door
from dreiklang.tickets.rules import UNDO_SECONDS


def queue_message(line: Line) -> None:
    """An answer to the requester leaves after the seconds in which it can be called back."""
    assert isinstance(line.event, MessageWritten)
    event = line.event
    if is_led_by_door(event.channel):
        return
    waiting = Message.objects.filter(pk=event.message_id, delivery=Message.Delivery.WAITING).exists()
    if waiting and reactions.are_withheld():
        message_sent(event.message_id, actor=system("mail"))
    elif waiting:
        _queue(rules.MESSAGE, UNDO_SECONDS, ticket_id=event.subject_id, said_id=event.message_id)


def take_back_message(line: Line) -> None:
    """Called back: nothing leaves. Refuses, and with it the calling back, once a sender has taken the mail."""
    assert isinstance(line.event, MessageWithdrawn)
    _take_back(said_id=line.event.message_id)


def take_back_correspondence(line: Line) -> None:
    """The same for words to a third party."""
    assert isinstance(line.event, CorrespondenceWithdrawn)
    _take_back(correspondence_id=line.event.correspondence_id)


def _take_back(**words: int) -> None:
    mail = OutgoingMail.objects.select_for_update().filter(**words).first()
    if mail is None:
        return
    if mail.state != OutgoingMail.State.HELD and (mail.state != OutgoingMail.State.WAITING or mail.tries):
        raise WrongState(_("It has already left."))
    mail.delete()


def queue_correspondence(line: Line) -> None:
    """Words to a third party leave after the same seconds."""
    assert isinstance(line.event, CorrespondenceWritten)
    event = line.event
    waiting = Correspondence.objects.filter(pk=event.correspondence_id, delivery=Message.Delivery.WAITING).exists()
    if waiting and reactions.are_withheld():
        correspondence_sent(event.correspondence_id, actor=system("mail"))
    elif waiting:
        _queue(
            rules.CORRESPONDENCE, UNDO_SECONDS, ticket_id=event.subject_id, correspondence_id=event.correspondence_id
        )


def queue_acknowledgement(line: Line) -> None:
    """'Your message has arrived': fixed words and the number. Whether it may leave is decided when it does (P21)."""
    assert isinstance(line.event, TicketOpened)
    is_by_agent = line.actor_kind == "person" and line.actor_id != line.event.requester_id
    if line.event.channel in rules.ACKNOWLEDGED_CHANNELS and not is_by_agent:
        _queue(rules.RECEIVED, 0, ticket_id=line.event.subject_id, line_id=line.id)


def queue_closing_word(line: Line) -> None:
    """Closed by silence: the requester hears of it. Whoever confirmed knows."""
    assert isinstance(line.event, TicketClosed)
    if line.event.because == "spam":
        _take_back_acknowledgement(line.event.subject_id)
    elif line.event.because in ("silence", "unanswered"):
        _queue(rules.CLOSED, 0, ticket_id=line.event.subject_id, line_id=line.id)


def _take_back_acknowledgement(ticket_id: int) -> None:
    """It was spam: what has not left yet tells the sender nothing."""
    waiting = OutgoingMail.objects.filter(ticket_id=ticket_id, kind=rules.RECEIVED, state=OutgoingMail.State.WAITING)
    waiting.update(state=OutgoingMail.State.DROPPED, reason="spam", settled_at=clock.now())


def queue_reminder(line: Line) -> None:
    """Our question was not answered: the requester is reminded of it."""
    assert isinstance(line.event, RequesterReminded)
    _queue(rules.REMINDER, 0, ticket_id=line.event.subject_id, line_id=line.id, what=str(line.event.reminder_id))


def queue_notifications(line: Line) -> None:
    """News for those who want them by mail."""
    assert isinstance(line.event, PersonsNotified)
    event = line.event
    for person_id in event.mailed:
        _queue(
            rules.NOTIFICATION, 0,
            ticket_id=event.subject_id, person_id=person_id, line_id=event.line_id, what=event.kind,
        )  # fmt: skip


def queue_news_of(line: Line) -> None:
    """News that are about no ticket, for those colleagues who want them by mail."""
    assert isinstance(line.event, PersonsToldOf)
    if line.event.about == "outage":
        _queue_outage(line.event.subject_id, line.event.mailed)


def queue_outage(line: Line) -> None:
    """Who said to be hit hears of the end; whom else it concerns, if the desk chose to write to them."""
    event = line.event
    assert isinstance(event, OutageAnnounced | OutageChanged | OutageEnded)
    outage = AnnouncedOutage.objects.filter(pk=event.subject_id).first()
    if outage is not None:
        _queue_outage(line.id, mailed_of(outage, is_end=isinstance(event, OutageEnded), mails=event.mails))


def _queue_outage(line_id: int, persons: Iterable[int]) -> None:
    if reactions.are_withheld():
        return
    now = clock.now()
    OutgoingMail.objects.bulk_create(
        [
            OutgoingMail(kind=rules.OUTAGE, queued_at=now, leaves_at=now, line_id=line_id, person_id=person_id)
            for person_id in sorted(persons)
        ],
        ignore_conflicts=True,
        batch_size=500,
    )


def queue_link(line: Line) -> None:
    """A link to sign in, choose a password, accept an invitation. The row holds no word of it, only where it lies."""
    assert isinstance(line.event, LinkAsked)
    _queue(rules.LINK, 0, line_id=line.id, what=line.event.purpose)


def queue_word_of_service(line: Line) -> None:
    """A program takes no calls any more: who looks after it is told."""
    assert isinstance(line.event, HookSwitchedOff)
    for keeper in keepers_of(line.event.subject_id):
        _queue(rules.SERVICE, 0, line_id=line.id, person_id=keeper.pk, what="webhook_off")


def queue_approval(line: Line) -> None:
    """Who is asked for a yes, or reminded of it, gets the question; while they are away their substitute does, too."""
    assert isinstance(line.event, ApprovalAsked | VoteReminded)
    event = line.event
    keys = event.vote_ids if isinstance(event, ApprovalAsked) else (event.vote_id,)
    for vote in Vote.objects.filter(pk__in=keys, answer="").select_related("approval__ticket"):
        for person_id in sorted(told_of(vote)):
            _queue(
                rules.APPROVAL, 0, ticket_id=event.subject_id, person_id=person_id, line_id=line.id, what=str(vote.pk)
            )


def try_soon(line: Line) -> None:
    """A mailbox was changed, perhaps mended: what waits for a server is tried at the next round."""
    assert isinstance(line.event, MailboxChanged)
    waiting = OutgoingMail.objects.filter(state=OutgoingMail.State.WAITING, tries__gt=0, leaves_at__gt=clock.now())
    waiting.exclude(reason="refused_for_now").update(leaves_at=clock.now())


def _queue(kind: str, seconds: int, **subject: Any) -> None:
    if reactions.are_withheld():
        return
    now = clock.now()
    row = OutgoingMail(kind=kind, queued_at=now, leaves_at=now + timedelta(seconds=seconds), **subject)
    insert(row, or_nothing=True)
    failpoints.reach("outbox_queued")
