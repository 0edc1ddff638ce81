"""The plan of an entry: what it costs, who must say yes, in which steps it is done. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from dreiklang.catalog.rules.form import NUMBER, Condition, Field, holds, in_language, is_possible
from dreiklang.catalog.rules.schema import condition_from, condition_to

MANAGER, CONTACT, LEAD, PERSON = "manager", "contact", "lead", "person"
#: Who can be asked: the requester's manager, contacts of the organisation, managers of the desk, named people.
WHO = (MANAGER, CONTACT, LEAD, PERSON)
MOST_STEPS, MOST_TASKS, MOST_ASKS, LONGEST_TASK = 20, 30, 6, 300
LEVELS = ("level-1", "level-2", "level-3")


@dataclass(frozen=True)
class Step:
    """Tasks that are done together, before the next step begins.

    ``team``: a team's key, ``level-2`` for a team of that level, empty for whoever has the ticket. ``takes_over``: the
    ticket itself goes there, not only the tasks. Names are read by requesters, tasks only inside.
    """

    names: Mapping[str, str]
    tasks: tuple[Mapping[str, str], ...]
    team: str = ""
    takes_over: bool = False
    when: Condition | None = None


@dataclass(frozen=True)
class Ask:
    """Somebody must say yes: always, above an amount, or after an answer."""

    who: str
    persons: tuple[int, ...] = ()
    above: Decimal | None = None
    when: Condition | None = None


@dataclass(frozen=True)
class Plan:
    """Everything that follows from an order."""

    steps: tuple[Step, ...] = ()
    asks: tuple[Ask, ...] = ()
    cost: Decimal | None = None
    cost_field: str = ""


def plan_of(kept: Mapping[str, Any]) -> Plan:
    """A plan as it is kept in a version."""
    return Plan(
        steps=tuple(
            Step(
                one["names"], tuple(one["tasks"]), one.get("team", ""), one.get("takes_over", False),
                condition_from(one.get("when")),
            )
            for one in kept.get("steps", ())
        ),
        asks=tuple(
            Ask(one["who"], tuple(one.get("persons", ())), _amount(one.get("above")), condition_from(one.get("when")))
            for one in kept.get("asks", ())
        ),
        cost=_amount(kept.get("cost")),
        cost_field=kept.get("cost_field", ""),
    )  # fmt: skip


def plan_to(plan: Plan) -> dict[str, Any]:
    """The same, to be kept: amounts as texts, since JSON's numbers are not exact."""
    return {
        "steps": [
            {
                "names": dict(one.names), "tasks": [dict(task) for task in one.tasks], "team": one.team,
                "takes_over": one.takes_over, "when": condition_to(one.when),
            }
            for one in plan.steps
        ],
        "asks": [
            {
                "who": one.who, "persons": list(one.persons), "above": _text(one.above), "when": condition_to(one.when),
            }
            for one in plan.asks
        ],
        "cost": _text(plan.cost), "cost_field": plan.cost_field,
    }  # fmt: skip


def _amount(text: str | None) -> Decimal | None:
    return Decimal(text) if text is not None else None


def _text(amount: Decimal | None) -> str | None:
    return f"{amount:.2f}" if amount is not None else None


def cost_of(plan: Plan, answers: Mapping[str, Any]) -> Decimal | None:
    """What an order costs, in the desk's currency: what was answered, else what the entry costs."""
    given = answers.get(plan.cost_field) if plan.cost_field else None
    if isinstance(given, int | float) and not isinstance(given, bool):
        return Decimal(str(given)).quantize(Decimal("0.01"))
    return plan.cost


def steps_for(plan: Plan, answers: Mapping[str, Any]) -> list[Step]:
    """The steps that an order takes, in order."""
    return [step for step in plan.steps if holds(step.when, answers)]


def asks_for(plan: Plan, answers: Mapping[str, Any]) -> list[Ask]:
    """Who must say yes to an order."""
    cost = cost_of(plan, answers)
    return [
        ask
        for ask in plan.asks
        if holds(ask.when, answers) and (ask.above is None or (cost is not None and cost > ask.above))
    ]


def flaws(plan: Plan, fields: Iterable[Field]) -> list[tuple[str, str]]:
    """What is wrong with a plan: (place, code), places as ``step-1`` and ``ask-1``."""
    known = list(fields)
    found: list[tuple[str, str]] = []
    if len(plan.steps) > MOST_STEPS or len(plan.asks) > MOST_ASKS:
        found.append(("", "too_many"))
    for number, step in enumerate(plan.steps, start=1):
        tasks = [in_language(task, "en") for task in step.tasks]
        if not in_language(step.names, "en"):
            found.append((f"step-{number}", "name"))
        if not 1 <= len(tasks) <= MOST_TASKS or not all(0 < len(task) <= LONGEST_TASK for task in tasks):
            found.append((f"step-{number}", "tasks"))
        if step.when and not is_possible(step.when, known):
            found.append((f"step-{number}", "when"))
    for number, ask in enumerate(plan.asks, start=1):
        if ask.who not in WHO or (ask.who == PERSON and not ask.persons):
            found.append((f"ask-{number}", "who"))
        if ask.when and not is_possible(ask.when, known):
            found.append((f"ask-{number}", "when"))
    if plan.cost_field and not any(one.key == plan.cost_field and one.kind == NUMBER for one in known):
        found.append(("", "cost_field"))
    return found
