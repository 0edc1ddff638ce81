"""What the first level works by: who keeps it, what is proposed, and what becomes of that."""

from __future__ import annotations

from django.utils.translation import gettext as _

from dreiklang.kernel import clock
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Invalid, NotFound, WrongState
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require
from dreiklang.organizations.models import Person
from dreiklang.tickets.rules import first_words
from dreiklang.training import events, policy
from dreiklang.training.commands.lessons import refuse_long
from dreiklang.training.lifecycle import OPEN, PROPOSAL
from dreiklang.training.models import Keeper, Proposal
from dreiklang.training.queries.lessons import who_can_see_to
from dreiklang.training.queries.processes import Process


@command
def name_keeper(process: Process, *, actor: Actor, person: Person | None) -> Keeper | None:
    """Say who keeps it current; None: nobody. Somebody of the house's own teams."""
    require(policy.may_improve(actor))
    if person is None:
        Keeper.objects.filter(kind=process.kind, subject_id=process.id).delete()
        keeper = None
    else:
        if person.pk not in {one.pk for one in who_can_see_to()}:
            raise Invalid({"person": [_("Only members of the house's own teams can see to it.")]})
        keeper, _made = Keeper.objects.update_or_create(
            kind=process.kind, subject_id=process.id, defaults={"person": person}
        )
    told = events.KeeperNamed(subject_id=process.id, kind=process.kind, person_id=person.pk if person else None)
    publish(told, actor=actor)
    return keeper


@command
def propose(process: Process, *, actor: Actor, words: str) -> Proposal:
    """Propose a change: everybody inside, the first level first of all."""
    require(policy.may_look(actor))
    refuse_long(words, "words")
    if not words.strip():
        raise Invalid({"words": [_("What should be different?")]})
    made = Proposal.objects.create(
        kind=process.kind, subject_id=process.id, subject_version=process.version, words=words.strip(),
        author_id=actor.id if actor.kind == "person" else None, made_at=clock.now(),
    )  # fmt: skip
    told = events.ProposalMade(subject_id=made.pk, kind=made.kind, process_id=made.subject_id, gist=first_words(words))
    publish(told, actor=actor)
    return made


@command
def accept(proposal: Proposal, *, actor: Actor, answer: str = "") -> Proposal:
    """It shall be so; who keeps it changes it in its own place."""
    return _answered(proposal, actor, "accept", answer)


@command
def finish(proposal: Proposal, *, actor: Actor, answer: str = "") -> Proposal:
    """It is changed."""
    return _answered(proposal, actor, "finish", answer)


@command
def decline(proposal: Proposal, *, actor: Actor, answer: str) -> Proposal:
    """It stays as it is. Raises Invalid without a reason."""
    if not answer.strip():
        raise Invalid({"answer": [_("Please say why it stays as it is.")]})
    return _answered(proposal, actor, "decline", answer)


@command
def reopen(proposal: Proposal, *, actor: Actor) -> Proposal:
    """Open again, whatever was said."""
    return _answered(proposal, actor, "reopen", "")


@command
def withdraw(proposal: Proposal, *, actor: Actor) -> Proposal:
    """Taken back by whoever made it."""
    return _answered(proposal, actor, "withdraw", "")


def _answered(proposal: Proposal, actor: Actor, verb: str, answer: str) -> Proposal:
    found = Proposal.objects.select_for_update().filter(pk=proposal.pk).first()
    if found is None:
        raise NotFound
    is_own = policy.may_withdraw_proposal(actor, found)
    may = policy.may_keep_process(actor, found.kind, found.subject_id)
    require(is_own if verb == "withdraw" else may or (verb == "reopen" and is_own and found.state == "withdrawn"))
    refuse_long(answer, "answer")
    step = PROPOSAL.step(verb, found.state)
    if step is None:
        raise WrongState(_("This proposal has changed in the meantime."), code="proposal_changed")
    found.state = step.target
    is_open = found.state == OPEN
    found.answer = "" if is_open else answer.strip() or found.answer
    found.answered_at = None if is_open else clock.now()
    found.answered_by_id = None if is_open or actor.kind != "person" else actor.id
    found.save()
    told = events.ProposalAnswered(
        subject_id=found.pk, kind=found.kind, process_id=found.subject_id, state=found.state,
        answer=first_words(answer),
    )  # fmt: skip
    publish(told, actor=actor)
    return found
