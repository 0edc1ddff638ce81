"""How a ready entry is written down: both languages side by side, English first."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from dreiklang.catalog.rules import form, plan
from dreiklang.catalog.rules.form import Choice, Condition, Field
from dreiklang.catalog.rules.plan import Ask, Plan, Step

Pair = tuple[str, str]


@dataclass(frozen=True)
class Ready:
    """An entry as it is made for a desk."""

    key: str
    group: str
    icon: str
    names: dict[str, str]
    hints: dict[str, str]
    fields: tuple[Field, ...]
    plan: Plan
    kind: str = "request"
    urgency: int = 3


def both(pair: Pair) -> dict[str, str]:
    """Words in both languages."""
    return {"en": pair[0], "de": pair[1]}


def asked(
    key: str, kind: str, label: Pair, *, choices: dict[str, Pair] | None = None, hint: Pair | None = None,
    needed: bool = True, when: Condition | None = None, least: int | None = None, most: int | None = None,
) -> Field:  # fmt: skip
    """A field."""
    options = tuple(Choice(name, both(pair)) for name, pair in (choices or {}).items())
    hints = both(hint) if hint else {}
    return Field(key, kind, both(label), hints, options, needed, when, least, most)


def after(field: str, *values: str) -> Condition:
    """Only after one of some answers."""
    return Condition(field, values)


def step(name: Pair, *tasks: Pair, team: str = "", takes_over: bool = False, when: Condition | None = None) -> Step:
    """A step."""
    return Step(both(name), tuple(both(task) for task in tasks), team, takes_over, when)


def manager(above: int | None = None, when: Condition | None = None) -> Ask:
    """The manager must say yes, always or above an amount."""
    return Ask(plan.MANAGER, above=Decimal(above) if above is not None else None, when=when)


def contact(above: int | None = None, when: Condition | None = None) -> Ask:
    """A contact of the organisation must say yes, always or above an amount."""
    return Ask(plan.CONTACT, above=Decimal(above) if above is not None else None, when=when)


TEXT, LONG, NUMBER, DAY, YES_NO, CHOICE, CHOICES = (
    form.TEXT, form.LONG, form.NUMBER, form.DAY, form.YES_NO, form.CHOICE, form.CHOICES,
)  # fmt: skip
