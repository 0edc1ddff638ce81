"""Yes or no: by somebody signed in, by their substitute, or by the button behind a mailed link."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _

from dreiklang.accounts.commands.links import make_link, redeem_link
from dreiklang.accounts.errors import DeadLink
from dreiklang.approvals import policy, queries, rules
from dreiklang.approvals.events import ApprovalDecided, VoteGiven
from dreiklang.approvals.models import Approval, Vote
from dreiklang.kernel import clock
from dreiklang.kernel.command import command, personal
from dreiklang.kernel.errors import Invalid, NotAllowed, WrongState
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require, system
from dreiklang.organizations.models import Person
from dreiklang.tickets.commands.tasks import do_task
from dreiklang.tickets.models import Ticket
from dreiklang.tickets.rules import first_words

LONGEST = 5_000
#: A mailed link answers so long.
LASTS = timedelta(days=30)


@personal
def make_vote_link(vote: Vote, *, actor: Actor, person: Person) -> str:
    """The secret of a new link for the mail that asks ``person`` (who votes, or their substitute): used once (P26)."""
    require(actor.is_system)
    stands_in = person if person.pk != vote.person_id else None
    return make_link(
        queries.LINK, subject=("vote", vote.pk), lasts=LASTS, actor=actor,
        account=stands_in.account if stands_in else None, holder_id=stands_in.pk if stands_in else None,
    )  # fmt: skip


@command
def vote(vote: Vote, *, actor: Actor, answer: str, words: str = "") -> Vote:
    """Say yes or no. For oneself, or for somebody who is away and named the actor as substitute.

    Raises NotAllowed for anybody else, Invalid (a no needs a word why), WrongState if it is answered or decided.
    """
    me = actor.person_id
    ours = policy.votes_for(actor).filter(pk=vote.pk).exists()
    if not ours and not Vote.objects.filter(pk=vote.pk, person_id=me).exclude(answer="").exists():
        raise NotAllowed(_("This question was not put to you."))
    return _given(vote, by_id=me, answer=answer, words=words, actor=actor)


@command
def vote_by_link(secret: str, *, answer: str, words: str = "", actor: Actor) -> Vote:
    """The button behind a mailed link was pressed. Raises DeadLink, Invalid, WrongState; a refusal uses nothing up."""
    require(actor.is_system)
    link = redeem_link(secret, purpose=queries.LINK, actor=actor)
    found = Vote.objects.filter(pk=link.subject_id or 0).first() if link.subject_kind == "vote" else None
    voter = queries.voter_by(link, found) if found else None
    if found is None or voter is None:
        raise DeadLink()
    return _given(found, by_id=voter.pk, answer=answer, words=words, actor=actor)


def _given(vote: Vote, *, by_id: int, answer: str, words: str, actor: Actor) -> Vote:
    """Write the vote down and what follows from it. Votes of one approval are given one after the other."""
    Ticket.objects.select_for_update(of=("self",)).get(approvals__votes=vote.pk)
    approval = Approval.objects.select_for_update(of=("self",)).select_related("ticket", "task").get(votes=vote.pk)
    vote = Vote.objects.select_related("person").get(pk=vote.pk)
    if vote.answer or approval.state != Approval.State.OPEN:
        raise WrongState(_("This was answered already."), code="answered")
    _check(answer, words)
    vote.answer, vote.words, vote.voted_at, vote.voted_by_id = answer, words.strip(), clock.now(), by_id
    vote.save(update_fields=["answer", "words", "voted_at", "voted_by"])
    publish(
        VoteGiven(
            subject_id=approval.ticket_id, approval_id=approval.pk, gist=first_words(words), answer=answer,
            person_id=by_id, for_person_id=vote.person_id if vote.person_id != by_id else None,
        ),
        actor=actor,
    )  # fmt: skip
    state = rules.decided(approval.votes.values_list("answer", flat=True), needs=approval.needs)
    if state != rules.OPEN:
        _decided(approval, state, actor=actor)
    vote.approval = approval
    return vote


def _decided(approval: Approval, state: str, *, actor: Actor) -> None:
    """It is decided: the task that blocked the ticket is done, whichever way. What a no means is the desk's to say."""
    approval.state, approval.decided_at = state, clock.now()
    approval.save(update_fields=["state", "decided_at"])
    if approval.task is not None and approval.task.done_at is None:
        do_task(approval.task, actor=system("approvals"))
    publish(
        ApprovalDecided(
            subject_id=approval.ticket_id, approval_id=approval.pk, state=state, gist=first_words(approval.question)
        ),
        actor=actor,
    )


def _check(answer: str, words: str) -> None:
    problems: dict[str, list[str]] = {}
    if answer not in Vote.Answer.values:
        problems["answer"] = [_("Please say yes or no.")]
    if answer == Vote.Answer.NO and not words.strip():
        problems["words"] = [_("Please say in a word why not.")]
    if len(words) > LONGEST or "\x00" in words:
        problems["words"] = [_("At most 5,000 characters.")]
    if problems:
        raise Invalid(problems)
