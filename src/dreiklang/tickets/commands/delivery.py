"""What became of words that were to leave by mail. Called by the door that sends, and by the one that takes bounces in.

These lines change nothing but the words' own mark of delivery: no clock, no state, no version of the ticket, so that
nobody's open page conflicts with a mail server's answer.
"""

from __future__ import annotations

from dreiklang.kernel.command import command
from dreiklang.kernel.errors import WrongState
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require
from dreiklang.tickets.events import (
    CorrespondenceFailed,
    CorrespondenceSent,
    CorrespondenceSetAside,
    MessageFailed,
    MessageSent,
    MessageSetAside,
)
from dreiklang.tickets.models import Correspondence, Message


@command
def message_sent(message_id: int, *, actor: Actor) -> Message:
    """A message has left, perhaps after it was tried again. Raises WrongState unless it was to leave."""
    require(actor.is_system)
    message = Message.objects.select_for_update().get(pk=message_id)
    _mark(message, Message.Delivery.SENT, Message.Delivery.WAITING, Message.Delivery.FAILED)
    publish(MessageSent(subject_id=message.ticket_id, message_id=message.pk), actor=actor)
    return message


@command
def message_failed(message_id: int, *, actor: Actor, recipient: str, reason: str) -> Message:
    """A message could not be delivered to somebody: at once, after two days of trying, or as a bounce says."""
    require(actor.is_system)
    message = Message.objects.select_for_update().get(pk=message_id)
    _mark(message, Message.Delivery.FAILED, *_ON_THE_WAY)
    publish(
        MessageFailed(
            subject_id=message.ticket_id, message_id=message.pk, recipient=recipient[:500], reason=reason[:500]
        ),
        actor=actor,
    )
    return message


@command
def correspondence_sent(correspondence_id: int, *, actor: Actor) -> Correspondence:
    """Words to a third party have left. Raises WrongState unless they were to leave."""
    require(actor.is_system)
    words = Correspondence.objects.select_for_update().get(pk=correspondence_id)
    _mark(words, Message.Delivery.SENT, Message.Delivery.WAITING, Message.Delivery.FAILED)
    publish(CorrespondenceSent(subject_id=words.ticket_id, correspondence_id=words.pk), actor=actor)
    return words


@command
def correspondence_failed(correspondence_id: int, *, actor: Actor, recipient: str, reason: str) -> Correspondence:
    """Words to a third party could not be delivered."""
    require(actor.is_system)
    words = Correspondence.objects.select_for_update().get(pk=correspondence_id)
    _mark(words, Message.Delivery.FAILED, *_ON_THE_WAY)
    publish(
        CorrespondenceFailed(
            subject_id=words.ticket_id, correspondence_id=words.pk, recipient=recipient[:500], reason=reason[:500]
        ),
        actor=actor,
    )
    return words


@command
def message_set_aside(message_id: int, *, actor: Actor) -> Message:
    """A message is not mailed by this desk, because somebody who runs it decided so. It stays in the conversation."""
    require(actor.has("control.use"))
    message = Message.objects.select_for_update().get(pk=message_id)
    _mark(message, Message.Delivery.NONE, *_ON_THE_WAY)
    publish(MessageSetAside(subject_id=message.ticket_id, message_id=message.pk), actor=actor)
    return message


@command
def correspondence_set_aside(correspondence_id: int, *, actor: Actor) -> Correspondence:
    """The same for words to a third party."""
    require(actor.has("control.use"))
    words = Correspondence.objects.select_for_update().get(pk=correspondence_id)
    _mark(words, Message.Delivery.NONE, *_ON_THE_WAY)
    publish(CorrespondenceSetAside(subject_id=words.ticket_id, correspondence_id=words.pk), actor=actor)
    return words


_ON_THE_WAY = (Message.Delivery.WAITING, Message.Delivery.SENT, Message.Delivery.FAILED)


def _mark(words: Message | Correspondence, delivery: str, *from_: str) -> None:
    if words.direction != Message.Direction.OUT or words.delivery not in from_:
        raise WrongState(code="not_on_its_way")
    words.delivery = delivery
    words.save(update_fields=["delivery"])
