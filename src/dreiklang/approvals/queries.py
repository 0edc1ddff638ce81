"""Reads of approvals."""

from __future__ import annotations

from datetime import datetime

from dreiklang.accounts.models import OneTimeLink
from dreiklang.accounts.rules import digest_of
from dreiklang.approvals import policy, rules
from dreiklang.approvals.models import Approval, Vote
from dreiklang.kernel import clock
from dreiklang.kernel.permissions import Actor
from dreiklang.organizations.models import Person

LINK = "vote"


def waiting_for(actor: Actor) -> list[Vote]:
    """What waits for an actor's yes or no, oldest first."""
    found = policy.votes_for(actor).select_related("person", "approval__ticket__requester", "approval__asked_by")
    return list(found.order_by("pk")[:100])


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

    None where it answers nothing any more: who was asked has left, or the substitute is ``policy.concerned``.
    """
    stands_in = Person.objects.filter(account=link.account_id).first() if link.account_id else None
    voter = stands_in or vote.person
    return voter if vote.person.is_active and voter.pk not in policy.concerned(vote.approval) else None


def to_remind(now: datetime) -> list[Vote]:
    """Who has not answered for so long that they are reminded."""
    found = Vote.objects.filter(answer="", approval__state=Approval.State.OPEN, reminders__lt=rules.MOST_REMINDERS)
    votes = found.filter(approval__asked_at__lte=now - rules.REMIND_AFTER).select_related("approval").order_by("pk")
    return [
        vote
        for vote in votes[:500]
        if rules.is_to_remind(vote.approval.asked_at, vote.reminded_at, vote.reminders, now)
    ]
