"""Rows of the form: which fields there are, how each may be asked, which values it takes; and what is offered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from dreiklang.tickets.queries.conditions import mistake_words
from dreiklang.tickets.rules import conditions as grammar
from dreiklang.tickets.rules.conditions import Field, Form, Mistake, Row, Vocabulary, quoted
from dreiklang.tickets.rules.conditions.forms import HOLD, IS_NOT

if TYPE_CHECKING:
    from dreiklang.web.desk.saved.editing import Typed

MOST_ROWS = 20


def rows_of(sent: Mapping[str, Any]) -> Form:
    """The rows that were sent."""
    triples = list(zip(sent["field"], sent["operator"], sent["value"], strict=False))[:MOST_ROWS]
    return Form(tuple(Row(*triple) for triple in triples if triple[0]), "any" if sent["join"] == "any" else "all")


def changed(typed: Typed, deed: str) -> Typed:
    """The form after one of its buttons: shown the other way, with a row more or less."""
    form = typed.form or Form(())
    if deed == "as_form" and typed.form is not None:
        return replace(typed, is_form=True, form=form if form.rows else Form((Row("team", "is", ""),)))
    if deed == "as_words":
        return replace(typed, is_form=False)
    if deed == "more":
        return replace(typed, is_form=True, form=replace(form, rows=(*form.rows, Row("state", "is", ""))))
    if deed.startswith("drop-"):
        left = tuple(row for n, row in enumerate(form.rows) if str(n) != deed[5:])
        return replace(typed, is_form=True, form=replace(form, rows=left))
    return typed


def shown_rows(form: Form, vocabulary: Vocabulary, language: str) -> list[dict[str, Any]]:
    """Rows as the template draws them: choices of fields, operators and, where there are any, values."""
    choices = field_choices(vocabulary, language)
    rows = []
    for row in form.rows:
        field = vocabulary.fields.get(row.field)
        values = value_choices(field, language)
        is_list = bool(values) and (not row.value or row.value in dict(values))
        rows.append({
            "row": row, "fields": choices, "operators": operator_choices(field),
            "values": values if is_list else [], "hint": hint_of(field),
        })  # fmt: skip
    return rows


def field_choices(vocabulary: Vocabulary, language: str) -> list[tuple[str, str]]:
    """Fields by key, under the names people read."""
    found = [
        (key, label_of(field, language))
        for key, field in vocabulary.fields.items()
        if not field.stands_for and not field.is_deleted
    ]
    return [(HOLD, _("Words in the ticket")), *sorted(found, key=lambda pair: pair[1].casefold())]


def label_of(field: Field, language: str) -> str:
    """A field as a form names it."""
    return field.label or {"is": _("The ticket is"), "has": _("The ticket has")}.get(
        field.key, field.name_in(language).replace("_", " ").capitalize()
    )


def operator_choices(field: Field | None) -> list[tuple[str, str]]:
    """How a field may be asked, in words."""
    if field is None:
        return [("is", pgettext("condition", "hold"))]
    names = {
        "is": pgettext("condition", "is"),
        IS_NOT: pgettext("condition", "is not"),
        "between": pgettext("condition", "between"),
    }
    if field.kind == grammar.vocabulary.MOMENT:
        names |= {
            "below": pgettext("condition", "before"),
            "up_to": pgettext("condition", "until"),
            "above": pgettext("condition", "after"),
            "from": pgettext("condition", "from"),
        }
    else:
        names |= {
            "below": pgettext("condition", "less than"),
            "up_to": pgettext("condition", "at most"),
            "above": pgettext("condition", "more than"),
            "from": pgettext("condition", "at least"),
        }
    return [(key, names[key]) for key in ("is", IS_NOT, *field.operators[1:])]


def value_choices(field: Field | None, language: str) -> list[tuple[str, str]]:
    """The values of a choice: as they are written, in words."""
    if field is None:
        return []
    kept = list(field.values)
    if field.kind == grammar.vocabulary.YES_NO:
        kept = ["yes", "no"]
    if field.may_be_none and kept:
        kept.append(grammar.vocabulary.NONE)
    return [(quoted(w), w.replace("_", " ").replace("-", " ")) for w in (field.word_for(v, language) for v in kept)]


def hint_of(field: Field | None) -> str:
    """What may be typed as a value."""
    if field is None:
        return _("some words")
    return {
        grammar.vocabulary.MOMENT: _("today, 7d, 2026-11-25"),
        grammar.vocabulary.NUMBER: _("a number"),
        grammar.vocabulary.NAME: _("names, with commas between"),
    }.get(field.kind, _("value"))


def row_mistake(form: Form, mistake: Mistake, vocabulary: Vocabulary) -> str:
    """What is wrong with the rows; the place in the text says nothing to who sees rows."""
    said = mistake_words(mistake)
    return said.split(": ", 1)[-1] if mistake.code != "too_long" else said


def sheet_of(vocabulary: Vocabulary, language: str) -> list[dict[str, Any]]:
    """The fields one may type, with their values, for the help beside the words."""
    return [
        {
            "name": field.name_in(language),
            "values": ", ".join(field.word_for(value, language) for value in field.values) or hint_of(field),
        }
        for field in vocabulary.fields.values()
        if not field.is_deleted
    ]
