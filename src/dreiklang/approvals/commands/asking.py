"""An approval is asked for, or is needed no longer."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from dreiklang.approvals import policy
from dreiklang.approvals.events import ApprovalAsked, ApprovalWithdrawn
from dreiklang.approvals.models import Approval, Vote
from dreiklang.kernel import clock
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Invalid, WrongState
from dreiklang.kernel.journal import publish
from dreiklang.kernel.lifecycle import SETTLED
from dreiklang.kernel.permissions import Actor, require
from dreiklang.organizations.models import Person
from dreiklang.tickets.commands.holding import held_where_it_goes_on
from dreiklang.tickets.commands.tasks import add_tasks, remove_task
from dreiklang.tickets.models import Ticket
from dreiklang.tickets.rules import first_words

LONGEST, MOST_VOTERS = 5_000, 20
MOST_COST = Decimal(10) ** 9


@command
def ask_approval(
    ticket: Ticket, *, actor: Actor, question: str, persons: Sequence[Person], needs: str = Approval.Needs.ALL,
    cost: Decimal | None = None, asked_for_by: Person | None = None,
) -> Approval:  # fmt: skip
    """Ask one or several people whether something may be done; a task blocks the ticket until it is decided.

    The question leaves the house as it is written. Nobody approves what they ask for or what is asked for them:
    requester and asker cannot be among ``persons``. Where the desk itself asks, ``asked_for_by`` is the asker: who made
    it ask. Raises Invalid by field, WrongState on a settled ticket.
    """
    ticket = Ticket.objects.select_for_update(of=("self",)).get(pk=ticket.pk)
    require(policy.may_ask(actor, ticket))
    if ticket.state_group == SETTLED:
        raise WrongState(_("This ticket is settled."), code="settled")
    asker_id = actor.id if actor.kind == "person" else asked_for_by.pk if asked_for_by else None
    _check(ticket, asker_id, question, persons, needs, cost)
    with override(ticket.language):  # of those who read it later, not of whoever asks now
        text = _("Approval: %(what)s") % {"what": first_words(question, 200)}
    [task] = add_tasks(ticket, actor=actor, texts=[text], is_blocking=True)
    approval = Approval.objects.create(
        ticket=ticket, question=question.strip(), cost=cost, needs=needs, task=task, asked_at=clock.now(),
        asked_by_id=asker_id,
    )  # fmt: skip
    votes = Vote.objects.bulk_create(Vote(approval=approval, person=person) for person in dict.fromkeys(persons))
    publish(
        ApprovalAsked(
            subject_id=ticket.pk, approval_id=approval.pk, gist=first_words(question),
            vote_ids=tuple(vote.pk for vote in votes),
        ),
        actor=actor,
    )  # fmt: skip
    return approval


@command
def withdraw_approval(approval: Approval, *, actor: Actor) -> Approval:
    """No answer is needed any more; the task goes, mailed links are dead. Raises WrongState if it was decided.

    Where the ticket was merged, whoever works on the one it goes on in withdraws.
    """
    _asked, ticket = held_where_it_goes_on(approval.ticket_id, actor=actor)
    require(policy.may_ask(actor, ticket))
    approval = Approval.objects.select_for_update(of=("self",)).select_related("task").get(pk=approval.pk)
    if approval.state != Approval.State.OPEN:
        raise WrongState(_("This was decided already."), code="decided")
    approval.state, approval.decided_at = Approval.State.WITHDRAWN, clock.now()
    approval.save(update_fields=["state", "decided_at"])
    if approval.task is not None and approval.task.done_at is None:
        remove_task(approval.task, actor=actor)
    publish(
        ApprovalWithdrawn(subject_id=approval.ticket_id, approval_id=approval.pk, gist=first_words(approval.question)),
        actor=actor,
    )
    return approval


def _check(
    ticket: Ticket, asker_id: int | None, question: str, persons: Sequence[Person], needs: str, cost: Decimal | None
) -> None:
    problems: dict[str, list[Any]] = {}
    if not question.strip() or len(question) > LONGEST or "\x00" in question:
        problems["question"] = [_("What is to be allowed? At most 5,000 characters.")]
    if not persons:
        problems["persons"] = [_("Who shall say yes or no?")]
    elif len(persons) > MOST_VOTERS:
        problems["persons"] = [_("At most %(n)d people.") % {"n": MOST_VOTERS}]
    elif any(person.pk == ticket.requester_id for person in persons):
        problems["persons"] = [_("Nobody approves what is asked for themselves.")]
    elif any(person.pk == asker_id for person in persons):
        problems["persons"] = [_("Nobody approves what they ask for themselves.")]
    elif not all(policy.may_be_asked(person, ticket) for person in persons):
        problems["persons"] = [_("Only people of the customer or of the own house can be asked.")]
    elif not all(person.is_active for person in persons):
        problems["persons"] = [_("Somebody of these is no longer there.")]
    if needs not in Approval.Needs.values:
        problems["needs"] = [_("Please choose one of the list.")]
    if cost is not None and not (Decimal(cost).is_finite() and Decimal(0) <= cost < MOST_COST):
        problems["cost"] = [_("An amount from 0.")]
    if problems:
        raise Invalid(problems)
