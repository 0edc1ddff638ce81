"""Which rules look at a ticket on an occasion, whether they fit, and when they must stop."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import IntegrityError
from django.db.models import QuerySet
from django.utils import timezone

from dreiklang.automation import policy
from dreiklang.automation.commands.running import mark_day, note_problem, run, stop
from dreiklang.automation.models import Rule, Run
from dreiklang.automation.queries.judging import tree_of
from dreiklang.automation.rules import IDLE, TIME, Cause, chains, occasions_of
from dreiklang.kernel import clock, journal
from dreiklang.kernel.errors import Refusal
from dreiklang.tickets import policy as tickets
from dreiklang.tickets.models import Ticket
from dreiklang.tickets.queries.conditions import filtered, fits
from dreiklang.tickets.rules.conditions import Mistake

HOUR = timedelta(hours=1)
AT_ONCE = 500


def run_for_line(line_id: int) -> None:
    """Let every rule that waits for what a line tells of look at its ticket, in their order."""
    line = journal.line(line_id)
    when = occasions_of(line.event.code)
    cause = Cause(f"line:{line_id}", _chain_of(line))
    for rule in Rule.objects.filter(is_active=True, when=when):
        if _try(rule, line.event.subject_id, cause) and rule.stops:
            break


def _chain_of(line: journal.Line) -> tuple[int, ...]:
    """The rules that led to a line, the first one first; empty if a person or the desk did it."""
    if line.actor_kind != "rule" or line.actor_id is None:
        return ()
    before = (
        Run.objects.filter(rule_id=line.actor_id, ticket_id=line.event.subject_id, first_line_id__lt=line.id)
        .order_by("-first_line_id")
        .first()
    )
    return (*(before.chain if before else ()), line.actor_id)


def run_for_idle() -> int:
    """Let rules look at tickets on which nothing has happened; one that the rule itself left so is let be."""
    worked = 0
    for rule in Rule.objects.filter(is_active=True, when=IDLE):
        idle = tickets.visible_to(policy.actor_of(rule)).unsettled()
        idle = idle.filter(changed_at__lte=clock.now() - timedelta(hours=rule.idle_hours))
        for ticket_id, version in _fitting(rule, idle):
            last = Run.objects.filter(rule=rule, ticket_id=ticket_id).order_by("-id").first()
            if last is None or last.version_after != version:
                worked += _try(rule, ticket_id, Cause(f"idle:{version}"))
    return worked


def run_for_time() -> int:
    """Let rules of this hour look at every ticket that fits, once a day."""
    worked, local = 0, timezone.localtime(clock.now())
    due = Rule.objects.filter(is_active=True, when=TIME, at_time__lte=local.time())
    for rule in due.exclude(last_day=local.date()):
        if not rule.weekdays or local.weekday() in rule.weekdays:
            open_ones = tickets.visible_to(policy.actor_of(rule)).unsettled()
            for ticket_id, _version in _fitting(rule, open_ones):
                worked += _try(rule, ticket_id, Cause(f"time:{local.date().isoformat()}"))
        mark_day(rule, local.date())
    return worked


def _fitting(rule: Rule, among: Any) -> Sequence[tuple[int, int]]:
    """Keys and versions of the tickets that fit; none, with the reason noted, if the rule cannot be understood."""
    try:
        fitting: QuerySet[Ticket] = filtered(among, tree_of(rule), actor=policy.actor_of(rule))
        return list(fitting.order_by("id").values_list("pk", "version")[:AT_ONCE])
    except (Mistake, Refusal) as broken:
        note_problem(rule, str(broken))
        return []


def _try(rule: Rule, ticket_id: int, cause: Cause) -> bool:
    """Run a rule on a ticket if it fits and has not for this occasion; whether it acted. Never raises for a rule's
    own faults: they are noted at the rule."""
    ticket = tickets.visible_to(policy.actor_of(rule)).filter(pk=ticket_id).first()
    if ticket is None or Run.objects.filter(rule=rule, ticket_id=ticket_id, occasion=cause.occasion).exists():
        return False
    try:
        if not fits(tree_of(rule), ticket, actor=policy.actor_of(rule)):
            return False
    except (Mistake, Refusal) as broken:
        note_problem(rule, str(broken))
        return False
    why = _must_stop(rule, ticket, cause)
    try:
        if why:
            stop(rule, ticket, cause, why, actor=policy.actor_of(rule))
            return False
        return run(rule, ticket, cause, actor=policy.actor_of(rule)).outcome != Run.Outcome.STOPPED
    except IntegrityError:
        return False  # another worker was quicker
    except Refusal as refused:
        note_problem(rule, str(refused) or refused.code)
        return False


def _must_stop(rule: Rule, ticket: Ticket, cause: Cause) -> str:
    if chains.too_deep(cause.chain, rule.pk):
        return "circle" if rule.pk in cause.chain else "depth"
    recent = Run.objects.filter(ticket=ticket, at__gt=clock.now() - HOUR).exclude(outcome=Run.Outcome.STOPPED)
    if recent.filter(rule=rule).count() >= chains.MOST_OF_RULE_AND_HOUR:
        return "cap"
    return "cap" if recent.count() >= chains.MOST_OF_TICKET_AND_HOUR else ""
