"""Parents and children: who is whose, and who would get which words if the parent were answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from dreiklang.kernel.permissions import Actor
from dreiklang.tickets import lifecycle, policy
from dreiklang.tickets.models import Ticket
from dreiklang.tickets.queries.recipients import Recipient, recipients_of
from dreiklang.tickets.queries.tasks import blocking
from dreiklang.tickets.queries.together import inside_of


def children_of(ticket: Ticket, *, actor: Actor) -> list[Ticket]:
    """The children of a ticket that the actor works inside of, oldest first."""
    found = inside_of(actor).filter(kin_above__parent=ticket, kin_above__ended_at=None)
    return list(found.select_related("requester", "customer", "team").order_by("pk"))


def parent_of(ticket: Ticket) -> Ticket | None:
    """The parent of a ticket, whoever asks."""
    return Ticket.objects.filter(kin_below__child=ticket, kin_below__ended_at=None).first()


@dataclass(frozen=True)
class Member:
    """One ticket of a family: in which language, to whom, and why it cannot be answered with the others."""

    ticket: Ticket
    language: str
    to: Recipient | None
    why_not: str = ""


def language_of(ticket: Ticket) -> str:
    """The language a ticket's requester is written to in."""
    return ticket.language.split("-")[0]


def family_of(parent: Ticket, *, actor: Actor) -> list[Member]:
    """The parent and its children, with what stands in the way of answering each by the parent's words."""
    members = [_member(parent, "")]
    for child in children_of(parent, actor=actor):
        members.append(_member(child, _why_not(parent, child, actor)))
    return members


def _member(ticket: Ticket, why_not: str) -> Member:
    to = recipients_of(ticket)
    return Member(ticket, language_of(ticket), to[0] if to else None, why_not)


def _why_not(parent: Ticket, child: Ticket, actor: Actor) -> str:
    if child.state not in lifecycle.UNSETTLED:
        return _("done already")
    if not policy.may_solve_with(actor, parent, child):
        return _("you may not write there")
    if blocking(child):
        return _("a task must be done first")
    return ""


def languages_needed(members: list[Member], leave_out: frozenset[int]) -> list[str]:
    """The languages in which words are needed, the parent's first. ``leave_out``: ids of children left out."""
    wanted = [m.language for m in members if not m.why_not and m.ticket.pk not in leave_out]
    return list(dict.fromkeys(wanted))


def words_for(member: Member, texts: Mapping[str, str]) -> str:
    """What the requester of one ticket reads."""
    return texts.get(member.language, "").strip()
