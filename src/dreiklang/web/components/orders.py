"""Forms of the catalogue as pages draw them, and what follows from an order in plain words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dreiklang.catalog.commands.ordering import FormChanged
from dreiklang.catalog.models import EntryVersion
from dreiklang.catalog.queries import problem_words, who_words
from dreiklang.catalog.rules import form, plan
from dreiklang.catalog.rules.form import Field
from dreiklang.kernel.errors import Invalid
from dreiklang.web import forms
from dreiklang.web.components.money import money_words


@dataclass(frozen=True)
class Input:
    """A field as a form draws it."""

    name: str
    kind: str
    label: str
    hint: str
    choices: list[tuple[str, str, bool]]
    value: str
    is_needed: bool
    decides: bool
    costs: bool
    problems: list[str]


def language() -> str:
    """The reader's language."""
    return (get_language() or "en")[:2]


def sent(request: HttpRequest, version: EntryVersion) -> tuple[dict[str, list[str]], int]:
    """What was typed, by key, also into fields that the form had when it was opened; and the version it was."""
    number = forms.whole(request.POST.get("number", "")) or version.number
    fields = list({one.key: one for one in (*filled_in(version, number), *version.fields)}.values())
    typed = forms.read(request, "number", lists=names_of(fields))
    return typed_by_key(fields, typed), number


def filled_in(version: EntryVersion, number: int) -> tuple[Field, ...]:
    """The fields of the version that was open; those offered now where there is none of that number."""
    opened = None if number == version.number else version.entry.versions.filter(number=number).first()
    return (opened or version).fields


def names_of(fields: Sequence[Field]) -> list[str]:
    """What the inputs of a form are called."""
    return [f"field-{one.key}" for one in fields]


def typed_by_key(fields: Sequence[Field], sent: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """What was sent, by the keys of the fields."""
    return {one.key: list(sent.get(f"field-{one.key}", ())) for one in fields}


def inputs_of(
    fields: Sequence[Field], typed: Mapping[str, Sequence[str]], problems: Mapping[str, Any] | None = None
) -> list[Input]:
    """The fields that are shown after what is typed so far."""
    answers = form.read(fields, typed)
    deciding = {one.when.field for one in fields if one.when}
    return [
        Input(
            name=f"field-{one.key}",
            kind=one.kind,
            label=form.in_language(one.labels, language()),
            hint=form.in_language(one.hints, language()),
            choices=_choices(one, typed.get(one.key, ())),
            value=next(iter(typed.get(one.key, ())), ""),
            is_needed=one.is_needed,
            decides=one.key in deciding,
            costs=one.kind == form.NUMBER,
            problems=[str(sentence) for sentence in (problems or {}).get(f"field-{one.key}", ())],
        )
        for one in fields
        if form.holds(one.when, answers)
    ]


def _choices(one: Field, typed: Sequence[str]) -> list[tuple[str, str, bool]]:
    if one.kind == form.YES_NO:
        return [(form.YES, _("Yes"), form.YES in typed), (form.NO, _("No"), form.NO in typed)]
    return [(c.key, form.in_language(c.labels, language()), c.key in typed) for c in one.choices]


def checked(fields: Sequence[Field], typed: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """The answers. Raises Invalid with every field that is wrong."""
    answers = form.read(fields, typed)
    if wrong := form.problems(fields, answers):
        raise Invalid({f"field-{key}": [problem_words(code)] for key, code in wrong.items()})
    return answers


def what_follows(version: EntryVersion, typed: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """What becomes of an order with what is typed so far: who is asked, which steps, what it costs."""
    answers, found = form.read(version.fields, typed), version.steps_and_asks
    cost: Decimal | None = plan.cost_of(found, answers)
    return {
        "asks": list(dict.fromkeys(who_words(ask.who) for ask in plan.asks_for(found, answers))),
        "steps": [form.in_language(step.names, language()) for step in plan.steps_for(found, answers)],
        "cost": money_words(cost) if cost is not None else "",
    }


def difference_words(changed: FormChanged) -> list[str]:
    """What became of a form while it was open, one sentence for each field."""
    words = {
        "added": _("New: %(field)s"),
        "removed": _("Not asked any more: %(field)s"),
        "needed": _("Must be answered now: %(field)s"),
        "changed": _("Asked differently: %(field)s"),
    }
    return [words[one.what] % {"field": form.in_language(one.field.labels, language())} for one in changed.differences]
