"""What a rule does on a ticket for one occasion, or that it was kept from it.

Exactly once: a run is claimed by a row that names rule, ticket and occasion, in the transaction of what it does.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from dreiklang.automation.commands.acting import do
from dreiklang.automation.events import RuleActed, RuleMatched, RuleStopped
from dreiklang.automation.models import Rule, Run
from dreiklang.automation.queries.judging import steps_of
from dreiklang.automation.rules import Cause, Step
from dreiklang.automation.rules.doings import Work
from dreiklang.kernel import clock, journal
from dreiklang.kernel.command import command, derived
from dreiklang.kernel.errors import Refusal
from dreiklang.kernel.permissions import Actor, require
from dreiklang.tickets.commands.holding import held
from dreiklang.tickets.models import Ticket


@command
def run(rule: Rule, ticket: Ticket, cause: Cause, *, actor: Actor) -> Run:
    """Do the deeds of a rule on a ticket, one after the other; what one of them refuses is noted, the others go on."""
    require(actor.kind == "rule" and actor.id == rule.pk)
    ticket = held(ticket, actor=actor)
    begun = journal.publish(RuleMatched(subject_id=ticket.pk, rule_id=rule.pk, occasion=cause.occasion), actor=actor)
    done = Run.objects.create(
        rule=rule, ticket=ticket, occasion=cause.occasion, outcome=Run.Outcome.ACTED, chain=list(cause.chain),
        first_line_id=begun.id, version_after=ticket.version, at=clock.now(),
    )  # fmt: skip
    did = [_one(step, ticket, actor, begun.id) for step in steps_of(rule)]
    ticket.refresh_from_db()
    if all("failed" in one for one in did):
        done.outcome = Run.Outcome.FAILED
    done.version_after = ticket.version
    done.save(update_fields=["outcome", "version_after"])
    journal.publish(
        RuleActed(
            subject_id=ticket.pk,
            rule_id=rule.pk,
            when=rule.when,
            name=rule.name,
            because=rule.conditions,
            did=tuple(did),
        ),
        actor=actor,
    )
    return done


def _one(step: Step, ticket: Ticket, actor: Actor, line_id: int) -> dict[str, Any]:
    said = {"deed": step.kind, **({"value": step.value} if step.value else {})}
    try:
        with transaction.atomic():
            do(Work(Ticket.objects.get(pk=ticket.pk), actor, step, line_id))
    except Refusal as refused:
        return {**said, "failed": str(refused) or refused.code}
    return said


@command
def stop(rule: Rule, ticket: Ticket, cause: Cause, why: str, *, actor: Actor) -> Run:
    """Note that a rule was kept from acting: it is in its own chain, the chain is too long, or it acted too often."""
    require(actor.kind == "rule" and actor.id == rule.pk)
    ticket = held(ticket, actor=actor)
    names = dict(Rule.objects.filter(pk__in=[*cause.chain, rule.pk]).values_list("pk", "name"))
    chain = " → ".join(names.get(pk, "?") for pk in (*cause.chain, rule.pk))
    line = journal.publish(
        RuleStopped(
            subject_id=ticket.pk, rule_id=rule.pk, why=why, others=cause.chain, name=rule.name,
            chain=chain if cause.chain else "",
        ),
        actor=actor,
    )  # fmt: skip
    if why != "cap":
        Rule.objects.filter(pk__in=[*cause.chain, rule.pk]).update(problem=chain[:500])
    return Run.objects.create(
        rule=rule, ticket=ticket, occasion=cause.occasion, outcome=Run.Outcome.STOPPED, chain=list(cause.chain),
        first_line_id=line.id, version_after=ticket.version, at=clock.now(),
    )  # fmt: skip


@derived
def note_problem(rule: Rule, words: str) -> None:
    """Note at a rule what hindered it last; a second time changes nothing."""
    Rule.objects.filter(pk=rule.pk).exclude(problem=words[:500]).update(problem=words[:500])


@derived
def mark_day(rule: Rule, day: date) -> None:
    """A rule of the hour has run on a day."""
    Rule.objects.filter(pk=rule.pk).update(last_day=day)
