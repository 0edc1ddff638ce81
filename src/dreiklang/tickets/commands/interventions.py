"""Work done: what was tried, with which result, how many minutes."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _

from dreiklang.kernel import clock
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Invalid
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require
from dreiklang.tickets import lifecycle, policy, rules
from dreiklang.tickets.commands.finding import remember_words
from dreiklang.tickets.commands.holding import acts_at, author_id, held, take_step, written
from dreiklang.tickets.events import InterventionLogged
from dreiklang.tickets.models import Intervention, Ticket

MOST_MINUTES = 24 * 60


@command
def log_intervention(
    ticket: Ticket,
    *,
    actor: Actor,
    text: str,
    kind: str = Intervention.Kind.WORK,
    result: str = "",
    outcome: str = Intervention.Outcome.NONE,
    minutes: Decimal | int | str = 0,
) -> Intervention:
    """Log a step of work. ``minutes`` are minutes of work, with one decimal, at most a day."""
    ticket = held(ticket, actor=actor)
    require(policy.may_work(actor, ticket))
    spent = _checked(text, kind, outcome, minutes)
    at = acts_at(actor, ticket)
    step = Intervention.objects.create(
        ticket=ticket,
        author_id=author_id(actor),
        level=at["level"] or ticket.level,
        team_id=at["team_id"],
        kind=kind,
        text=text.strip()[:5000],
        result=result.strip()[:500],
        outcome=outcome,
        minutes=spent,
        done_at=clock.now(),
    )
    fields: list[str] = []
    if ticket.state == lifecycle.NEW:
        take_step(ticket, "start")
        fields = ["state", "state_group"]
    written(ticket, *fields)
    remember_words(ticket, inside=[text, result])
    publish(
        InterventionLogged(
            subject_id=ticket.pk,
            intervention_id=step.pk,
            kind=kind,
            outcome=outcome,
            minutes=float(spent),
            gist=rules.first_words(text),
            result=rules.first_words(result),
            **at,
        ),
        actor=actor,
    )
    return step


def _checked(text: str, kind: str, outcome: str, minutes: Decimal | int | str) -> Decimal:
    problems: dict[str, list[str]] = {}
    if not text.strip():
        problems["text"] = [_("What was done?")]
    if kind not in Intervention.Kind.values:
        problems["kind"] = [_("This kind of work does not exist.")]
    if outcome not in Intervention.Outcome.values:
        problems["outcome"] = [_("This result does not exist.")]
    try:
        spent = Decimal(str(minutes).replace(",", ".") or "0")
    except ArithmeticError:
        spent = Decimal(-1)
    if not 0 <= spent <= MOST_MINUTES:
        problems["minutes"] = [_("Minutes are a number from 0 to 1,440.")]
    if problems:
        raise Invalid(problems)
    return spent.quantize(Decimal("0.1"))
