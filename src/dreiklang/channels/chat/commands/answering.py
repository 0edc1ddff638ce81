"""The desk's side: a chat is taken, answered, ended; who takes chats now."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from dreiklang.channels.chat import policy, rules
from dreiklang.channels.chat.commands.lines import checked, locked, open_ticket_for, sent_before, write_line
from dreiklang.channels.chat.commands.visits import finish, publish_again
from dreiklang.channels.chat.events import AvailabilityChanged, ChatTaken
from dreiklang.channels.chat.models import Availability, Chat, Line
from dreiklang.kernel import clock
from dreiklang.kernel.command import command, personal
from dreiklang.kernel.errors import NotFound, WrongState
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require
from dreiklang.organizations.models import Person
from dreiklang.tickets.commands import assignment
from dreiklang.tickets.commands.attaching import Upload
from dreiklang.tickets.commands.conversation import write_message


@command
def take_chat(chat: Chat, *, actor: Actor) -> Chat:
    """Answer a chat that waits: it becomes a ticket, which is the actor's.

    Of two who click one gets it: the other is refused with WrongState (code ``taken``).
    """
    chat = seen_and_locked(chat, actor=actor)
    require(policy.may_take(actor, chat))
    if not rules.may_become(chat.stage, rules.TALKING):
        raise WrongState(_("Somebody else has taken this chat, or it has ended."), code="taken")
    me = Person.objects.get(pk=actor.person_id)
    ticket = open_ticket_for(chat, actor=actor)
    assignment.assign(ticket, actor=actor, person=me)
    chat.stage, chat.agent, chat.taken_at, chat.read_seq = rules.TALKING, me, clock.now(), chat.last_seq
    chat.save(update_fields=["stage", "agent", "taken_at", "ticket", "read_seq"])
    write_line(chat, side=Line.Side.DESK, code="taken", author_id=me.pk, author_name=me.name, actor=actor)
    publish(ChatTaken(subject_id=chat.pk, person_id=me.pk, ticket_id=ticket.pk), actor=actor)
    return chat


@command
def answer_visitor(
    chat: Chat, *, actor: Actor, text: str, client_id: str = "", uploads: Sequence[Upload] = ()
) -> tuple[Line, bool]:
    """Write to the visitor; the words stand in the ticket too. Whether they are new: sent again they are one line.

    Raises Invalid by field, WrongState (code ``ended``).
    """
    text = checked(text, uploads)
    chat = seen_and_locked(chat, actor=actor)
    if chat.agent_id == actor.id and (earlier := sent_before(chat, Line.Side.AGENT, client_id)):
        publish_again(chat, actor=actor)
        return earlier, False
    if chat.stage == rules.ENDED:
        raise WrongState(_("This chat has ended. An answer in the ticket leaves by mail."), code="ended")
    require(policy.may_answer(actor, chat), _("Somebody else has this chat."))
    assert chat.ticket is not None
    line = write_line(
        chat, side=Line.Side.AGENT, text=text, author_id=actor.person_id, author_name=actor.name,
        client_id=client_id or None, uploads=uploads, actor=actor,
    )  # fmt: skip
    write_message(chat.ticket, actor=actor, text=text or _("Files"), to=(), cc=(), channel="chat", attachments=uploads)
    return line, True


@command
def end_chat(chat: Chat, *, actor: Actor) -> Chat:
    """The desk ends a chat. The ticket goes on: it is resolved, or answered by mail, as any other."""
    chat = seen_and_locked(chat, actor=actor)
    if chat.stage not in rules.LIVE:
        raise WrongState(_("This chat has ended."), code="ended")
    require(policy.may_answer(actor, chat), _("Somebody else has this chat."))
    finish(chat, Chat.EndedBy.AGENT, actor=actor)
    return chat


@personal
def keep_read(chat: Chat, *, actor: Actor, seq: int) -> None:
    """How far whoever has the chat has read."""
    if chat.agent_id == actor.id and seq > chat.read_seq:
        Chat.objects.filter(pk=chat.pk, read_seq__lt=seq).update(read_seq=min(seq, chat.last_seq))


@command
def switch_availability(*, actor: Actor, is_available: bool) -> None:
    """Take chats from now on, or no more. Running ones go on."""
    require(policy.may_chat(actor))
    if is_available:
        Availability.objects.get_or_create(person_id=actor.person_id, defaults={"since_at": clock.now()})
    else:
        Availability.objects.filter(person_id=actor.person_id).delete()
    publish(AvailabilityChanged(subject_id=actor.person_id, is_available=is_available), actor=actor)


def seen_and_locked(chat: Chat, *, actor: Actor) -> Chat:
    """The row, locked, of a chat the actor may know of. Raises NotFound."""
    if not policy.visible_to(actor).filter(pk=chat.pk).exists():
        raise NotFound(code="no_chat")
    return locked(chat)
