"""What the requester does by a link in a mail, without signing in: answers 'does it work again?', or escalates.

The link is the right: random, kept hashed, for one purpose on one ticket, used once, dead with the time in which a
ticket can be reopened (P26). Opening it changes nothing, because mail scanners open links; pressing the button does.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.utils.translation import gettext as _

from dreiklang.accounts.commands.links import make_link, redeem_link
from dreiklang.accounts.errors import DeadLink
from dreiklang.accounts.models import OneTimeLink
from dreiklang.accounts.rules import CONFIRM, ESCALATE, REOPEN
from dreiklang.escalation.commands.ladders import escalate_as_requester
from dreiklang.kernel import clock
from dreiklang.kernel.command import command, personal
from dreiklang.kernel.errors import Invalid, WrongState
from dreiklang.kernel.permissions import Actor, require
from dreiklang.tickets.commands.conversation import receive_message
from dreiklang.tickets.commands.resolution import confirm, reopen
from dreiklang.tickets.models import Ticket
from dreiklang.tickets.rules import REOPEN_DAYS

ANSWERS: Final = (CONFIRM, REOPEN)
LONGEST: Final = 20_000
#: So long the link of the first mail lets a requester escalate.
ESCALATION_LASTS: Final = timedelta(days=30)


@personal
def make_answer_link(ticket: Ticket, *, purpose: str, actor: Actor) -> str:
    """The secret of a new link for the mail that carries it: to confirm or reopen a resolved ticket, or to escalate."""
    require(actor.is_system and purpose in (*ANSWERS, ESCALATE))
    if purpose == ESCALATE:
        return make_link(ESCALATE, subject=("ticket", ticket.pk), lasts=ESCALATION_LASTS, actor=actor)
    if ticket.resolved_at is None:
        raise WrongState(code="not_resolved")
    lasts = max(ticket.resolved_at + timedelta(days=REOPEN_DAYS) - clock.now(), timedelta(minutes=1))
    return make_link(purpose, subject=("ticket", ticket.pk), lasts=lasts, actor=actor)


@command
def confirm_by_link(secret: str, *, actor: Actor) -> Ticket:
    """It works again: close the ticket. Raises DeadLink, or WrongState if it is closed or reopened already."""
    return confirm(_redeemed(secret, CONFIRM, actor=actor), actor=actor)


@command
def reopen_by_link(secret: str, *, text: str, actor: Actor) -> Ticket:
    """It does not work after all: open the ticket again, with the requester's words if there are any.

    Raises Invalid for words that are too long, DeadLink, or WrongState if it is open already.
    """
    if len(text) > LONGEST or "\x00" in text:
        raise Invalid({"text": [_("Please write less than 20,000 characters.")]})
    ticket = reopen(_redeemed(secret, REOPEN, actor=actor), actor=actor, because="requester")
    if text.strip():
        receive_message(ticket, actor=actor, author=ticket.requester, text=text.strip(), channel="portal")
        ticket.refresh_from_db()
    return ticket


@command
def escalate_by_link(secret: str, *, reason: str, actor: Actor) -> Ticket:
    """The requester asks for somebody with more authority, once, with a reason.

    Raises Invalid for a missing or endless reason, DeadLink, or WrongState if it is solved or was escalated already;
    a refusal uses nothing up.
    """
    ticket = _redeemed(secret, ESCALATE, actor=actor)
    escalate_as_requester(ticket, actor=actor, reason=reason)
    return ticket


def _redeemed(secret: str, purpose: str, *, actor: Actor) -> Ticket:
    require(actor.is_system)
    link: OneTimeLink = redeem_link(secret, purpose=purpose, actor=actor)
    ticket = Ticket.objects.filter(pk=link.subject_id or 0).first() if link.subject_kind == "ticket" else None
    if ticket is None:
        raise DeadLink()
    return ticket
