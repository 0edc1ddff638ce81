"""A form as JSON Schema (draft 2020-12), as it is kept and as programs read it; and what two forms differ in. Pure.

Only what a form needs: an object with the fields as properties, ``if``/``then``/``else`` for what is asked after an
answer. What a page needs besides (order, kind, names in both languages) stands in ``x-`` words, which validators
pass over.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dreiklang.catalog.rules import form
from dreiklang.catalog.rules.form import Choice, Condition, Field

DRAFT = "https://json-schema.org/draft/2020-12/schema"
LARGEST = 10**14


def schema_of(fields: Sequence[Field]) -> dict[str, Any]:
    """The JSON Schema of a form."""
    kinds = {one.key: one for one in fields}
    made: dict[str, Any] = {
        "$schema": DRAFT,
        "type": "object",
        "additionalProperties": False,
        "properties": {one.key: _property(one, place) for place, one in enumerate(fields)},
        "required": [one.key for one in fields if one.is_needed and one.when is None],
    }
    if rules := [_rule(one, one.when, kinds) for one in fields if one.when is not None]:
        made["allOf"] = rules
    return made


def fields_of(schema: Mapping[str, Any]) -> tuple[Field, ...]:
    """The fields of a form, in their order."""
    needed = set(schema.get("required", ()))
    for rule in schema.get("allOf", ()):
        needed |= set(rule.get("then", {}).get("required", ()))
    properties = sorted(schema.get("properties", {}).items(), key=lambda pair: pair[1]["x-order"])
    return tuple(_field(key, one, key in needed) for key, one in properties)


def condition_from(kept: Mapping[str, Any] | None) -> Condition | None:
    """A condition as it is kept: ``{"field": …, "is": […]}``."""
    return Condition(str(kept["field"]), tuple(kept["is"])) if kept else None


def condition_to(condition: Condition | None) -> dict[str, Any] | None:
    """The same, to be kept."""
    return {"field": condition.field, "is": list(condition.values)} if condition else None


def _property(one: Field, place: int) -> dict[str, Any]:
    told: dict[str, Any] = {
        "title": form.in_language(one.labels, "en"), "x-order": place, "x-kind": one.kind, "x-labels": dict(one.labels),
    }  # fmt: skip
    if one.hints:
        told |= {"description": form.in_language(one.hints, "en"), "x-hints": dict(one.hints)}
    if one.when:
        told["x-when"] = condition_to(one.when)
    if one.choices:
        told["x-choices"] = [{"key": choice.key, "labels": dict(choice.labels)} for choice in one.choices]
    return told | _values(one)


def _values(one: Field) -> dict[str, Any]:
    """What the answer may be."""
    keys = [choice.key for choice in one.choices]
    if one.kind == form.NUMBER:
        least = -LARGEST if one.least is None else one.least
        edges = {"minimum" if one.least is not None else "exclusiveMinimum": least}
        most = LARGEST if one.most is None else one.most
        return {"type": "number", **edges, "maximum" if one.most is not None else "exclusiveMaximum": most}
    kinds: dict[str, dict[str, Any]] = {
        form.DAY: {"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
        form.YES_NO: {"type": "boolean"},
        form.CHOICE: {"type": "string", "enum": keys},
        form.CHOICES: {
            "type": "array", "items": {"type": "string", "enum": keys}, "uniqueItems": True, "minItems": 1,
        },
    }  # fmt: skip
    return kinds.get(one.kind) or {
        "type": "string", "maxLength": form.LONGEST[one.kind], "pattern": r"\S", "not": {"pattern": r"\u0000"},
    }  # fmt: skip


def _rule(one: Field, when: Condition, fields: Mapping[str, Field]) -> dict[str, Any]:
    """Asked when another field has one of some answers, and not to be answered otherwise."""
    about = fields[when.field]
    if about.kind == form.YES_NO:
        test: dict[str, Any] = {"enum": [value == form.YES for value in when.values]}
    elif about.kind == form.CHOICES:
        test = {"type": "array", "contains": {"enum": list(when.values)}}
    else:
        test = {"enum": list(when.values)}
    rule: dict[str, Any] = {
        "if": {"properties": {when.field: test}, "required": [when.field]},
        "else": {"properties": {one.key: False}},
    }
    return rule | ({"then": {"required": [one.key]}} if one.is_needed else {})


def _field(key: str, told: Mapping[str, Any], is_needed: bool) -> Field:
    return Field(
        key=key,
        kind=told["x-kind"],
        labels=told["x-labels"],
        hints=told.get("x-hints", {}),
        choices=tuple(Choice(one["key"], one["labels"]) for one in told.get("x-choices", ())),
        is_needed=is_needed,
        when=condition_from(told.get("x-when")),
        least=told.get("minimum"),
        most=told.get("maximum"),
    )


@dataclass(frozen=True)
class Difference:
    """What became of a field between two versions: ``added``, ``removed``, ``needed`` or ``changed``."""

    what: str
    field: Field


def differences(old: Sequence[Field], new: Sequence[Field]) -> list[Difference]:
    """What somebody has to know who filled in the old form and now sees the new one. Order and hints do not matter."""
    before, after = {one.key: one for one in old}, {one.key: one for one in new}
    found = [Difference("removed", one) for one in old if one.key not in after]
    for one in new:
        was = before.get(one.key)
        if was is None:
            found.append(Difference("added", one))
        elif replace(was, hints={}) != replace(one, hints={}):
            only_needed = replace(was, hints={}, is_needed=one.is_needed) == replace(one, hints={})
            found.append(Difference("needed" if only_needed and one.is_needed else "changed", one))
    return found
