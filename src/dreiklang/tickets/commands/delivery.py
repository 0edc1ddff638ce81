"""What became of words that were sent: they left, or they could not be delivered."""

from __future__ import annotations

from dreiklang.kernel.command import command
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require
from dreiklang.tickets.events import MessageFailed, MessageSent
from dreiklang.tickets.models import Correspondence, Message


@command
def mark_sent(message: Message, *, actor: Actor) -> Message:
    """The message has left the house. A failure told before outweighs it."""
    require(actor.is_system)
    if message.delivery != Message.Delivery.FAILED:
        message.delivery = Message.Delivery.SENT
        message.save(update_fields=["delivery"])
    publish(MessageSent(subject_id=message.ticket_id, message_id=message.pk), actor=actor)
    return message


@command
def mark_failed(message: Message, *, actor: Actor, recipient: str, reason: str) -> Message:
    """The message did not reach a recipient: visible on the ticket, with the reason the mail servers gave."""
    require(actor.is_system)
    message.delivery = Message.Delivery.FAILED
    message.save(update_fields=["delivery"])
    publish(
        MessageFailed(
            subject_id=message.ticket_id, message_id=message.pk, recipient=recipient[:320], reason=reason[:500]
        ),
        actor=actor,
    )
    return message


def mark_correspondence(words: Correspondence, delivery: str) -> None:
    """How words to a third party fared. Part of commands that tell the journal about the sending itself."""
    Correspondence.objects.filter(pk=words.pk).update(delivery=delivery)
