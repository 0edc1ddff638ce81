"""What leaves is written down in the transaction of the words: rolled back with them, committed with them."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _

from dreiklang.channels.messengers.adapters import ADAPTERS
from dreiklang.channels.messengers.events import LineChanged
from dreiklang.channels.messengers.models import Leaving
from dreiklang.channels.messengers.queries import talk_of
from dreiklang.kernel import clock, instance, reactions
from dreiklang.kernel.errors import WrongState
from dreiklang.kernel.journal import Line
from dreiklang.kernel.permissions import system
from dreiklang.tickets.commands.delivery import message_failed, message_sent
from dreiklang.tickets.events import MessageWithdrawn, MessageWritten
from dreiklang.tickets.models import Message
from dreiklang.tickets.rules import UNDO_SECONDS

DOOR = system("messengers")


def queue_message(line: Line) -> None:
    """An answer in a ticket that came by a messenger leaves by it, after the seconds in which it can be called back."""
    assert isinstance(line.event, MessageWritten)
    if line.event.channel not in ADAPTERS:
        return
    message = Message.objects.select_related("ticket").get(pk=line.event.message_id)
    if message.delivery != Message.Delivery.WAITING:
        return
    if reactions.are_withheld():
        message_sent(message.pk, actor=DOOR)
        return
    talk = talk_of(message.ticket)
    if talk is None or [one.get("address") for one in message.to] != [talk.address]:
        message_failed(message.pk, actor=DOOR, recipient="", reason="no_talk")
        return
    now = clock.now()
    due = now + timedelta(seconds=UNDO_SECONDS)
    row = Leaving(talk=talk, message=message, epoch=instance.epoch(), queued_at=now, due_at=due)
    Leaving.objects.bulk_create([row], ignore_conflicts=True)


def take_back_message(line: Line) -> None:
    """Called back: nothing leaves. Refuses, and with it the calling back, once it was tried."""
    assert isinstance(line.event, MessageWithdrawn)
    leaving = Leaving.objects.select_for_update().filter(message_id=line.event.message_id).first()
    if leaving is None:
        return
    if leaving.state != Leaving.State.WAITING or leaving.tries:
        raise WrongState(_("It has already left."))
    leaving.delete()


def try_soon(line: Line) -> None:
    """A line was changed, perhaps mended: what waits is tried at the next round."""
    assert isinstance(line.event, LineChanged)
    waiting = Leaving.objects.filter(talk__line=line.event.subject_id, state=Leaving.State.WAITING, tries__gt=0)
    waiting.filter(due_at__gt=clock.now()).update(due_at=clock.now())
