"""What the pages of the catalogue in control say about fields, conditions, approvals and steps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from dreiklang.catalog.queries import who_words
from dreiklang.catalog.rules import form
from dreiklang.catalog.rules.form import Condition, Field, in_language
from dreiklang.catalog.rules.plan import Plan
from dreiklang.teams.models import Team
from dreiklang.web.components.money import money_words
from dreiklang.web.components.orders import language


def kinds() -> dict[str, str]:
    """Kinds of fields."""
    return {
        form.TEXT: _("a line"), form.LONG: _("several lines"), form.NUMBER: _("a number"), form.DAY: _("a day"),
        form.YES_NO: _("yes or no"), form.CHOICE: _("one of a list"), form.CHOICES: _("several of a list"),
    }  # fmt: skip


def icons() -> dict[str, str]:
    """Signs of entries by what they show."""
    return {
        "key": _("key"), "user-plus": _("person with plus"), "user-off": _("person crossed out"),
        "users": _("persons"), "lock-open": _("open lock"), "world": _("globe"), "device-desktop": _("screen"),
        "download": _("download"), "server": _("server"), "shield-lock": _("shield"), "home": _("house"),
        "shopping-cart": _("cart"), "package": _("parcel"), "file-text": _("sheet of text"), "printer": _("printer"),
        "phone": _("telephone"), "mail": _("letter"), "tool": _("tool"),
    }  # fmt: skip


def answers_that_decide(fields: Iterable[Field]) -> list[tuple[str, str]]:
    """Answers that a condition can ask for, as ``field:value`` with question and answer."""
    found = []
    for one in fields:
        label = in_language(one.labels, language())
        if one.kind == form.YES_NO:
            found += [(f"{one.key}:yes", f"{label} {_('Yes')}"), (f"{one.key}:no", f"{label} {_('No')}")]
        elif one.kind in form.DECIDING:
            found += [(f"{one.key}:{c.key}", f"{label} {in_language(c.labels, language())}") for c in one.choices]
    return found


def condition_words(condition: Condition | None, fields: Sequence[Field]) -> str:
    """When something is asked or done; empty for always."""
    if condition is None:
        return ""
    about = next(one for one in fields if one.key == condition.field)
    names = {c.key: in_language(c.labels, language()) for c in about.choices} | {form.YES: _("Yes"), form.NO: _("No")}
    answers = _(" or ").join(names.get(value, value) for value in condition.values)
    return _("only after: %(answers)s") % {"answers": f"{in_language(about.labels, language())} {answers}"}


def field_rows(fields: Sequence[Field]) -> list[dict[str, Any]]:
    """Fields as the page of an entry lists them."""
    names = kinds()
    return [
        {
            "name": in_language(one.labels, language()), "when": condition_words(one.when, fields),
            "words": names[one.kind] + ("" if one.is_needed else ", " + _("optional")),
        }
        for one in fields
    ]  # fmt: skip


def ask_rows(plan: Plan, fields: Sequence[Field]) -> list[dict[str, Any]]:
    """Approvals as the page of an entry lists them."""
    return [
        {
            "name": who_words(one.who), "when": condition_words(one.when, fields),
            "words": _("above %(amount)s") % {"amount": money_words(one.above)} if one.above is not None else "",
        }
        for one in plan.asks
    ]  # fmt: skip


def step_rows(plan: Plan, fields: Sequence[Field]) -> list[dict[str, Any]]:
    """Steps as the page of an entry lists them."""
    teams = dict(team_choices())
    rows = []
    for one in plan.steps:
        team = str(teams.get(one.team, one.team))
        team = team + ", " + _("with the ticket") if one.takes_over else team
        tasks = "; ".join(in_language(task, language()) for task in one.tasks)
        name = in_language(one.names, language())
        rows.append({"name": name, "when": condition_words(one.when, fields), "words": f"{team}: {tasks}"})
    return rows


def team_choices() -> list[tuple[str, str]]:
    """Who can do a step."""
    levels = [(f"level-{n}", _("a team of level %(n)d") % {"n": n}) for n in (1, 2, 3)]
    named = Team.objects.filter(is_active=True, organization__kind="provider").order_by("level", "name")
    return [("", _("whoever has the ticket")), *levels, *named.values_list("key", "name")]
