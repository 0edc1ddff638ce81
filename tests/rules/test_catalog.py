"""Forms and plans of the catalogue: the house's own reading and the JSON Schema say the same."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dreiklang.catalog.rules import form, plan
from dreiklang.catalog.rules.form import Choice, Condition, Field
from dreiklang.catalog.rules.ready import READY
from dreiklang.catalog.rules.schema import differences, fields_of, schema_of

NAMES = {"en": "Name", "de": "Name"}
FORM = (
    Field("device", form.CHOICE, NAMES, choices=(Choice("pc", NAMES), Choice("other", NAMES))),
    Field("what", form.TEXT, NAMES, when=Condition("device", ("other",))),
    Field("extras", form.CHOICES, NAMES, choices=(Choice("a", NAMES), Choice("b", NAMES)), is_needed=False),
    Field("b_name", form.LONG, NAMES, when=Condition("extras", ("b",)), is_needed=False),
    Field("count", form.NUMBER, NAMES, least=1, most=9),
    Field("day", form.DAY, NAMES, is_needed=False),
    Field("ok", form.YES_NO, NAMES),
    Field("why", form.TEXT, NAMES, when=Condition("ok", ("no",))),
)
VALUES: st.SearchStrategy[Any] = st.one_of(
    st.sampled_from(["pc", "other", "a", "", " ", "2026-02-31", "2026-02-28", "x" * 301]), st.booleans(),
    st.integers(-1, 11), st.floats(allow_nan=False, allow_infinity=False), st.none(),
    st.lists(st.sampled_from(["a", "b", "c"]), max_size=3),
)  # fmt: skip


@given(st.dictionaries(st.sampled_from([*(one.key for one in FORM), "strange"]), VALUES))
@settings(max_examples=200, deadline=None)
def test_the_schema_and_the_form_say_the_same(answers: dict[str, Any]) -> None:
    schema = jsonschema_rs.Draft202012Validator(schema_of(FORM), validate_formats=True)
    assert schema.is_valid(answers) == (not form.problems(FORM, answers))


def test_a_form_comes_back_from_its_schema() -> None:
    assert fields_of(schema_of(FORM)) == FORM
    assert not form.flaws(FORM)


def test_what_is_typed_is_read_and_hidden_answers_are_left_out() -> None:
    typed = {"device": ["pc"], "what": ["x"], "count": ["3,0"], "day": ["1.12.2026"], "ok": ["no"], "why": [" so "]}
    answers = form.read(FORM, typed)
    assert answers == {"device": "pc", "count": 3, "day": "2026-12-01", "ok": False, "why": "so"}
    assert not form.problems(FORM, answers)
    assert form.problems(FORM, form.read(FORM, {"count": ["many"]})) == {
        "device": "needed", "count": "number", "ok": "needed",
    }  # fmt: skip


def test_what_changed_while_a_form_was_open() -> None:
    changed = [one for one in FORM if one.key != "day"]
    changed[2] = Field("extras", form.CHOICES, NAMES, choices=FORM[2].choices, is_needed=True)
    changed.append(Field("new", form.TEXT, NAMES))
    found = [(one.what, one.field.key) for one in differences(FORM, changed)]
    assert found == [("removed", "day"), ("needed", "extras"), ("added", "new")]
    assert not differences(FORM, FORM)


@pytest.mark.parametrize(("condition", "possible"), [
    (Condition("device", ("pc",)), True), (Condition("ok", ("yes",)), True), (Condition("device", ("mac",)), False),
    (Condition("count", ("1",)), False), (Condition("gone", ("x",)), False), (Condition("ok", ()), False),
])  # fmt: skip
def test_a_condition_asks_for_answers_that_can_be(condition: Condition, possible: bool) -> None:
    assert form.is_possible(condition, FORM) is possible


def test_who_must_say_yes_depends_on_cost_and_answers() -> None:
    asks = (plan.Ask(plan.MANAGER, above=Decimal(100)), plan.Ask(plan.LEAD, when=Condition("ok", ("yes",))))
    found = plan.Plan(asks=asks, cost_field="count")
    assert plan.asks_for(found, {"count": 100, "ok": False}) == []
    assert [one.who for one in plan.asks_for(found, {"count": 100.01, "ok": True})] == ["manager", "lead"]
    assert plan.cost_of(plan.Plan(cost=Decimal("9.90")), {}) == Decimal("9.90")


@pytest.mark.parametrize("ready", READY, ids=lambda one: one.key)
def test_ready_entries_are_sound_and_speak_both_languages(ready: Any) -> None:
    assert not form.flaws(ready.fields)
    assert not plan.flaws(ready.plan, ready.fields)
    assert fields_of(schema_of(ready.fields)) == ready.fields
    assert plan.plan_of(plan.plan_to(ready.plan)) == ready.plan
    words = [ready.names, ready.hints, *(one.labels for one in ready.fields), *(s.names for s in ready.plan.steps)]
    assert all(set(one) == {"de", "en"} for one in words)


def test_the_fourteen_ready_entries() -> None:
    assert len(READY) == len({one.key for one in READY}) == 14
