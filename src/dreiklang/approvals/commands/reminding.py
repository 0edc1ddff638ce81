"""Who has not answered is reminded, three times at most."""

from __future__ import annotations

from dreiklang.approvals import rules
from dreiklang.approvals.events import VoteReminded
from dreiklang.approvals.models import Approval, Vote
from dreiklang.kernel import clock
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import WrongState
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require
from dreiklang.tickets.models import Ticket
from dreiklang.tickets.policy import is_over
from dreiklang.tickets.rules import first_words


@command
def remind_voter(vote: Vote, *, actor: Actor) -> Vote:
    """Remind somebody of an open question. The row decides: of two schedulers one does, the other gets WrongState.

    The ticket is locked first, as by whoever answers: the mail that follows points to it.
    """
    require(actor.is_system)
    ticket = Ticket.objects.select_for_update(of=("self",)).get(approvals__votes=vote.pk)
    current = Vote.objects.select_for_update(of=("self",)).select_related("approval").get(pk=vote.pk)
    approval = current.approval
    is_due = rules.is_to_remind(approval.asked_at, current.reminded_at, current.reminders, clock.now())
    if current.answer or approval.state != Approval.State.OPEN or not is_due or is_over(ticket):
        raise WrongState(code="not_due")
    current.reminders, current.reminded_at = current.reminders + 1, clock.now()
    current.save(update_fields=["reminders", "reminded_at"])
    publish(
        VoteReminded(
            subject_id=approval.ticket_id, approval_id=approval.pk, vote_id=vote.pk, gist=first_words(approval.question)
        ),
        actor=actor,
    )
    return current
