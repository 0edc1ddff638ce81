"""Reads of approvals."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

from dreiklang.accounts.models import OneTimeLink
from dreiklang.accounts.rules import digest_of
from dreiklang.approvals import policy, rules
from dreiklang.approvals.models import Approval, Vote
from dreiklang.kernel import clock
from dreiklang.kernel.lifecycle import SETTLED
from dreiklang.kernel.permissions import Actor
from dreiklang.organizations.models import Person
from dreiklang.tickets import policy as tickets

LINK = "vote"


def waiting_for(actor: Actor) -> list[Vote]:
    """What waits for an actor's yes or no, oldest first."""
    return list(_shown(policy.votes_for(actor)).order_by("pk")[:100])


def waiting_vote(vote_id: int, *, actor: Actor) -> Vote | None:
    """One of the questions that wait for an actor, however many do; None if it does not wait for them."""
    return _shown(policy.votes_for(actor)).filter(pk=vote_id).first()


def _shown(votes: QuerySet[Vote]) -> QuerySet[Vote]:
    return votes.select_related("person", "approval__ticket__requester", "approval__asked_by")


def vote_of_link(secret: str) -> tuple[Vote | None, bool]:
    """The vote that a mailed link is about, and whether it can still be given by it; the link is not used up."""
    link = OneTimeLink.objects.filter(digest=digest_of(secret), purpose=LINK, subject_kind="vote").first()
    if link is None:
        return None, False
    vote = (
        Vote.objects.select_related("person", "approval__ticket__requester", "approval__asked_by")
        .filter(pk=link.subject_id or 0)
        .first()
    )
    if vote is None:
        return None, False
    is_alive = link.used_at is None and link.expires_at > clock.now() and voter_by(link, vote) is not None
    return vote, is_alive and not vote.answer and vote.approval.state == Approval.State.OPEN


def voter_by(link: OneTimeLink, vote: Vote) -> Person | None:
    """Who answers by a mailed link: the substitute it was made for, else who was asked.

    None where it answers nothing any more: who was asked has left, or the substitute may not stand in.
    """
    if not vote.person.is_active:
        return None
    if link.holder_id is None and link.account_id is None:
        return vote.person if vote.person_id not in policy.concerned(vote.approval) else None
    holder = Q(pk=link.holder_id) if link.holder_id is not None else Q(account=link.account_id)
    stands_in = Person.objects.select_related("organization").filter(holder).first()
    return stands_in if stands_in is not None and policy.may_stand_in(stands_in, vote.approval) else None


def undecided(ticket_id: int) -> bool:
    """Whether a question is open on a ticket, or on one that was merged into it."""
    return Approval.objects.filter(state=Approval.State.OPEN, ticket__in=tickets.with_merged(ticket_id)).exists()


def to_remind(now: datetime) -> list[Vote]:
    """Who has not answered for so long that they are reminded, as long as somebody works on the ticket."""
    found = Vote.objects.filter(answer="", approval__state=Approval.State.OPEN, reminders__lt=rules.MOST_REMINDERS)
    found = found.annotate(last=Coalesce(F("reminded_at"), F("approval__asked_at")))
    due = found.filter(last__lte=now - rules.REMIND_AFTER).select_related("approval__ticket").order_by("last", "pk")
    running = due.exclude(approval__ticket__state_group=SETTLED, approval__ticket__merged_into=None)
    return [vote for vote in running if not tickets.is_over(vote.approval.ticket)]
