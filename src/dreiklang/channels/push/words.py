"""What a push says, put together at the moment it leaves, with the rights of that moment (P29).

The first line is always one of a Message: for an agent as far as they may read it at the desk, for a requester one
that was written to them. Of a note, a relay or a handover a push says that it is there, who did it, and not one word:
these are not read in this module (P31). Words of mail that came encrypted, and anything of a ticket of restricted
sight, stay in the desk.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from dreiklang.channels.push import rules
from dreiklang.channels.push.models import Push
from dreiklang.channels.push.queries import choice_of
from dreiklang.communication import wording
from dreiklang.communication.models import Notification
from dreiklang.kernel import clock, journal
from dreiklang.kernel.permissions import Actor
from dreiklang.teams.queries import absences_on, actor_for, today
from dreiklang.tickets import policy
from dreiklang.tickets.events import MessageReceived, MessageWritten
from dreiklang.tickets.models import Message, Ticket
from dreiklang.tickets.rules.words import stays_inside


class NotForThisDevice(Exception):
    """This push shall not leave (any more); the argument says why, as a literal."""


@dataclass(frozen=True)
class Said:
    """Who says what, as far as it may stand on a lock screen."""

    sender: str
    line: str


def payload_of(push: Push) -> dict[str, Any]:
    """What the device shows: title, text, where a touch leads. Raises NotForThisDevice."""
    account = push.device.account
    if not account.is_active or account.generation != push.device.generation:
        raise NotForThisDevice("access")
    choice, actor = choice_of(account), actor_for(account)
    with translation.override(account.language):
        if push.kind == rules.TRIAL:
            return _shown("Dreiklang", _("News will look like this on this device."), "/", "trial", account.language)
        if choice.is_quiet(timezone.localtime(clock.now())):
            raise NotForThisDevice("quiet")
        ticket = push.ticket
        assert ticket is not None
        is_answer = push.kind == rules.ANSWER
        what = _("Answer to your ticket") if is_answer else wording.what_happened(push.kind, account.language)
        said = _answer(push, ticket, actor) if is_answer else _news(push, ticket, actor)
        face = "portal" if is_answer else "desk"
        page, tag = f"/{face}/tickets/{ticket.number}/", f"{face}-{ticket.number}"
        if not choice.with_words or ticket.is_restricted:
            return _shown(what, str(ticket.number), page, tag, account.language)
        about = f"{ticket.number} {rules.first_line(ticket.subject, rules.SUBJECT)}"
        if not said.line:
            return _shown(
                said.sender or what, f"{what}\n{about}" if said.sender else about, page, tag, account.language
            )
        return _shown(said.sender or what, f"{said.line}\n{about}", page, tag, account.language)


def _shown(title: str, body: str, page: str, tag: str, language: str) -> dict[str, Any]:
    return {"title": title[: rules.SUBJECT], "body": body, "url": page, "tag": tag, "lang": language}


def _answer(push: Push, ticket: Ticket, actor: Actor) -> Said:
    """What the desk wrote to the requester: a Message, still good, that this person may read."""
    assert push.line_id is not None
    written = journal.line(push.line_id).event
    assert isinstance(written, MessageWritten)
    if not policy.asks_for(actor, ticket) or not policy.may_see(actor, ticket):
        raise NotForThisDevice("lost_sight")
    message = policy.messages_visible_to(actor, ticket).filter(pk=written.message_id).first()
    if message is None or message.direction != Message.Direction.OUT:
        raise NotForThisDevice("lost_sight")
    if message.delivery == Message.Delivery.WITHDRAWN:
        raise NotForThisDevice("withdrawn")
    return Said(rules.first_line(message.author_name), rules.first_line(message.text))


def _news(push: Push, ticket: Ticket, actor: Actor) -> Said:
    """News of the desk, for whoever works on the ticket now and has not read it meanwhile."""
    assert push.line_id is not None
    if not policy.works_inside(actor, ticket):
        raise NotForThisDevice("lost_sight")
    told = Notification.objects.filter(line_id=push.line_id, person_id=actor.person_id).first()
    if told is None or told.read_at is not None:
        raise NotForThisDevice("read")
    day = today()
    if actor.person_id in absences_on(day, [actor.person_id]):
        raise NotForThisDevice("away")
    return _said(push, ticket, actor, told.by_name)


def _said(push: Push, ticket: Ticket, actor: Actor, by_name: str) -> Said:
    """The words of the line, if it has any that this person may read."""
    assert push.line_id is not None
    event = journal.line(push.line_id).event
    if isinstance(event, MessageReceived | MessageWritten) and policy.sees_messages(actor, ticket):
        message = policy.messages_visible_to(actor, ticket).filter(pk=event.message_id).first()
        if message is not None and message.delivery != Message.Delivery.WITHDRAWN:
            line = "" if stays_inside(message.seal) else rules.first_line(message.text)
            return Said(rules.first_line(message.author_name or by_name), line)
    return Said(by_name, "")
