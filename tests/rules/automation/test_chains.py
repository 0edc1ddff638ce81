"""When a chain of rules must end, and which rules could set each other off."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dreiklang.automation.rules import DEEDS, OCCASIONS, READY, circles, too_deep
from dreiklang.automation.rules.chains import DEEPEST
from dreiklang.automation.rules.deeds import RIGHTS, Step
from dreiklang.automation.rules.filling import filled, names_in

KEYS = ["a", "b", "c", "d"]
GRAPHS = st.dictionaries(
    st.integers(0, 6), st.tuples(st.sampled_from(KEYS), st.frozensets(st.sampled_from(KEYS), max_size=2)), min_size=1
)


@given(st.lists(st.integers(1, 9), max_size=6), st.integers(1, 9))
def test_a_chain_ends_where_it_comes_back_or_grows_long(chain, rule):
    assert too_deep(chain, rule) == (rule in chain or len(chain) >= DEEPEST)


@given(GRAPHS, st.data())
def test_a_circle_is_one_and_none_of_two_is_missed(graph, data):
    waits = {rule: when for rule, (when, _brings) in graph.items()}
    brings = {rule: brought for rule, (_when, brought) in graph.items()}
    start = data.draw(st.sampled_from(sorted(graph)))
    found = circles(start, waits, brings)
    for way in found:
        assert way[0] == start
        assert len(set(way)) == len(way)
        for one, following in zip(way, [*way[1:], start], strict=True):
            assert waits[following] in brings[one]
    pairs = [r for r in graph if r != start and waits[r] in brings[start] and waits[start] in brings[r]]
    if pairs and len(found) < 5:
        assert {way[1] for way in found if len(way) == 2} == set(pairs)


@given(st.text(max_size=60), st.text(max_size=40))
def test_values_are_never_read_again(value, text):
    assert filled("{name}", {"name": value}) == value
    assert filled(text, {}) == text


def test_a_placeholder_is_a_plain_name():
    assert names_in("{name} {x.y} {number!r} {0} {}") == {"name"}


def test_what_deeds_bring_is_something_rules_wait_for_and_ready_ones_are_whole():
    for deed in DEEDS.values():
        assert deed.brings <= set(OCCASIONS)
        assert not deed.needs or deed.needs in RIGHTS
    for ready in READY:
        assert ready["when"] in OCCASIONS
        for stored in ready["deeds"]:
            deed = DEEDS[Step.from_json(stored).kind]
            assert not deed.needs or deed.needs in ready["rights"]
