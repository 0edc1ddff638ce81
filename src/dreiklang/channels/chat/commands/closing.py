"""Chats that nobody took, and those whose visitor is long gone."""

from __future__ import annotations

import logging
from datetime import timedelta

from dreiklang.channels.chat import rules
from dreiklang.channels.chat.commands.lines import locked, open_ticket_for, write_line
from dreiklang.channels.chat.commands.visits import finish
from dreiklang.channels.chat.events import ChatEnded
from dreiklang.channels.chat.models import Chat, Line
from dreiklang.kernel import clock
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Refusal, WrongState
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require

log = logging.getLogger(__name__)

#: A running chat ends when its visitor's page has not asked for so long.
SILENT_AFTER = timedelta(minutes=30)
AT_ONCE = 200


@command
def leave_message(chat: Chat, *, actor: Actor) -> Chat:
    """Nobody is there: what was said becomes a ticket that is answered later. Done once; raises WrongState after."""
    require(actor.is_system)
    chat = locked(chat)
    if not rules.may_become(chat.stage, rules.MISSED):
        raise WrongState(code="not_waiting")
    ticket = open_ticket_for(chat, actor=actor)
    chat.stage, chat.ended_at = rules.MISSED, clock.now()
    chat.save(update_fields=["stage", "ended_at", "ticket"])
    write_line(chat, side=Line.Side.DESK, code="missed", text=str(ticket.number), actor=actor)
    publish(ChatEnded(subject_id=chat.pk, stage=chat.stage, ticket_id=ticket.pk), actor=actor)
    return chat


def give_up_waiting(*, actor: Actor) -> int:
    """Make tickets of chats that waited longer than their widget's patience; how many. Safe to run twice."""
    now, done = clock.now(), 0
    waiting = Chat.objects.filter(stage=rules.WAITING).select_related("widget").order_by("begun_at")[:AT_ONCE]
    for chat in waiting:
        if now - chat.begun_at < timedelta(minutes=chat.widget.patience):
            continue
        try:
            leave_message(chat, actor=actor)
            done += 1
        except Refusal:
            log.info("chat %s was taken or ended meanwhile", chat.pk)
    return done


def end_silent(*, actor: Actor) -> int:
    """End running chats whose visitor is long gone; how many. Safe to run twice."""
    before = clock.now() - SILENT_AFTER
    gone = Chat.objects.filter(stage=rules.TALKING, seen_at__lt=before).order_by("seen_at")[:AT_ONCE]
    return sum(_end_if_silent(chat, actor=actor) is not None for chat in gone)


def _end_if_silent(chat: Chat, *, actor: Actor) -> Chat | None:
    try:
        return end_by_silence(chat, actor=actor)
    except WrongState:
        return None


@command
def end_by_silence(chat: Chat, *, actor: Actor) -> Chat:
    """End a chat whose visitor is gone. Raises WrongState if it is over or the visitor came back."""
    require(actor.is_system)
    chat = locked(chat)
    if chat.stage != rules.TALKING or clock.now() - chat.seen_at < SILENT_AFTER:
        raise WrongState(code="not_silent")
    finish(chat, Chat.EndedBy.SILENCE, actor=actor)
    return chat
