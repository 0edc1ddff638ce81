"""Who may see chats at the desk and answer in them. Visitors are no actors: their token opens their one chat."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from dreiklang.channels.chat.models import Chat, Transfer
from dreiklang.channels.chat.rules import TALKING
from dreiklang.kernel.permissions import Actor
from dreiklang.tickets import policy as tickets


def may_keep_widgets(actor: Actor) -> bool:
    """Make and change widgets."""
    return actor.is_system or actor.has("control.use")


def may_chat(actor: Actor) -> bool:
    """Take chats and answer in them: whoever works at the desk as a person."""
    return actor.kind == "person" and actor.has(tickets.WORK)


def visible_to(actor: Actor) -> QuerySet[Chat]:
    """The chats an actor may know of: never a requester, an external provider or a vendor.

    One's own, those of the team they belong to, and those offered to one or handed on by one. What belongs to a ticket
    of restricted sight only its own people see, and those who see the ticket.
    """
    if actor.is_system or actor.has(tickets.SEE_ALL):
        return Chat.objects.all()
    if not may_chat(actor):
        return Chat.objects.none()
    offered = Q(state=Transfer.State.OFFERED, to_team__in=actor.teams) & (Q(to_person=None) | Q(to_person_id=actor.id))
    handed = Transfer.objects.filter(chat=OuterRef("pk")).filter(offered | Q(author_id=actor.id))
    own = Q(agent_id=actor.id) | Exists(handed)
    open_sight = Q(ticket=None) | Q(ticket__is_restricted=False) | Q(ticket__in=tickets.visible_to(actor))
    return Chat.objects.filter(own | (Q(team__in=actor.teams) & open_sight))


def may_answer(actor: Actor, chat: Chat) -> bool:
    """Write to the visitor, hand the chat on, end it: whoever has it."""
    return may_chat(actor) and chat.stage == TALKING and chat.agent_id == actor.id


def may_take(actor: Actor, chat: Chat) -> bool:
    """Take a chat that waits: the team it waits for."""
    return may_chat(actor) and chat.team_id in actor.teams


def may_take_over(actor: Actor, transfer: Transfer) -> bool:
    """Take an offered chat: the person it is for, or the team."""
    if not may_chat(actor) or transfer.to_team_id not in actor.teams:
        return False
    return transfer.to_person_id in (None, actor.id)
