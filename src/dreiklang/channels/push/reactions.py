"""News for devices are noted in the transaction of what happened: rolled back, they were never there."""

from __future__ import annotations

from dreiklang.channels.push import rules
from dreiklang.channels.push.commands import note_for_devices
from dreiklang.channels.push.queries import choice_of, live_devices
from dreiklang.communication.events import PersonsNotified
from dreiklang.kernel import reactions
from dreiklang.kernel.journal import Line
from dreiklang.tickets.events import MessageWritten
from dreiklang.tickets.models import Ticket
from dreiklang.tickets.rules import UNDO_SECONDS


def queue_news(line: Line) -> None:
    """News of the desk, for those among the told who want this kind on their devices."""
    assert isinstance(line.event, PersonsNotified)
    event = line.event
    if reactions.are_withheld() or not event.persons:
        return
    devices = [
        device
        for device in live_devices(event.persons).select_related("account")
        if event.kind in choice_of(device.account).kinds
    ]
    if devices:
        note_for_devices(devices, kind=event.kind, line_id=event.line_id, ticket_id=event.subject_id)


def queue_answer(line: Line) -> None:
    """An answer for the requester, after the seconds in which it can be called back."""
    assert isinstance(line.event, MessageWritten)
    event = line.event
    if reactions.are_withheld():
        return
    requester = Ticket.objects.filter(pk=event.subject_id).values("requester_id")
    if devices := list(live_devices(requester)):
        note_for_devices(devices, kind=rules.ANSWER, line_id=line.id, ticket_id=event.subject_id, seconds=UNDO_SECONDS)
