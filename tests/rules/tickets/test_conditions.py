"""Conditions in words: read, written again, shown as a form, and told plainly where they cannot be read."""

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dreiklang.tickets.rules import conditions as grammar
from dreiklang.tickets.rules.conditions import (
    NOTHING,
    USUAL,
    Comparison,
    Either,
    Every,
    Form,
    Mistake,
    Not,
    Row,
    Words,
    as_form,
    from_form,
    read,
    span_of,
    write,
)

NOW = datetime(2026, 11, 25, 10, 30, tzinfo=UTC)
TEAM = Comparison("team", "is", ("netz",))
HEAVY = Comparison("priority", "up_to", ("2",))


def test_conditions_are_read_in_both_languages() -> None:
    german = read("Team:netz Priorität:<=2 (ist:überfällig oder ist:VIP) nicht Art:Frage", USUAL)
    english = read("team:netz priority<=2 (is:overdue or is:vip) not kind:question", USUAL)
    wanted = Every((
        TEAM,
        HEAVY,
        Either((Comparison("is", "is", ("overdue",)), Comparison("is", "is", ("vip",)))),
        Not(Comparison("kind", "is", ("question",))),
    ))  # fmt: skip
    assert german == english == wanted


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("", NOTHING),
        ("   ", NOTHING),
        ("drucker 4b", Words("drucker 4b")),
        ('assignee:"Berta Krüger", me', Comparison("assignee", "is", ("Berta Krüger", "me"))),
        ("bei:niemand", Comparison("assignee", "is", ("none",))),
        ("before:25.11.2026", Comparison("created", "below", ("2026-11-25",))),
        ("angelegt:2026-11-01..2026-11-07", Comparison("created", "between", ("2026-11-01", "2026-11-07"))),
        ("prio:P1,p2", Comparison("priority", "is", ("1", "2"))),
        ("team!=netz", Not(TEAM)),
        ("-team:netz", Not(TEAM)),
        ("team:netz und team:netz", Every((TEAM, TEAM))),
        ("geändert:<7t", Comparison("updated", "below", ("7d",))),
    ],
)
def test_what_is_written_is_read(text: str, tree: grammar.Node) -> None:
    assert read(text, USUAL) == tree


@pytest.mark.parametrize(
    ("text", "code", "at", "word"),
    [
        ("team:netz tema:x", "unknown_field", 10, "tema"),
        ("state:verloren", "no_choice", 0, "verloren"),
        ("created:neulich", "no_moment", 0, "neulich"),
        ("created:2026-02-30", "no_moment", 0, "2026-02-30"),
        ("created:9999999d", "no_moment", 0, "9999999d"),
        ("level:hoch", "no_number", 0, "hoch"),
        ("team:", "no_value", 5, "team"),
        ('team:""', "no_value", 7, "team"),
        ("team:>netz", "no_order", 0, "team"),
        ("priority:<1,2", "one_value", 0, "priority"),
        ("(team:netz", "not_closed", 0, "("),
        ('team:netz "offen', "not_closed", 10, '"'),
        ("team:netz)", "stray", 9, ")"),
        ("team:netz or", "unfinished", 12, ""),
        ("not", "unfinished", 3, ""),
        ("()", "unfinished", 1, ")"),
        ("(" * 40 + "a" + ")" * 40, "too_deep", 13, ""),
        ("a " * 1500, "too_long", 2000, ""),
        ("is:vip " * 80, "too_many", 420, ""),
    ],
)
def test_a_mistake_says_where_and_what(text: str, code: str, at: int, word: str) -> None:
    with pytest.raises(Mistake) as told:
        read(text, USUAL)
    assert (told.value.code, told.value.at, told.value.word) == (code, at, word)


def test_a_misspelt_field_is_told_with_the_one_that_was_meant() -> None:
    with pytest.raises(Mistake) as told:
        read("assigne:me", USUAL)
    assert told.value.known == {"near": "assignee"}


@pytest.mark.parametrize(
    "text", ["http://intranet/x", "Drucker druckt nicht", "error: 42", "sw-c4:02", '"offen', "-4 Grad"]
)
def test_a_search_takes_as_words_what_is_no_condition(text: str) -> None:
    assert isinstance(read(text, USUAL, is_search=True), Words)


def test_a_search_knows_conditions_among_words() -> None:
    assert read("drucker nicht team:netz", USUAL, is_search=True) == Every((Words("drucker"), Not(TEAM)))


@pytest.mark.parametrize(
    ("value", "first", "after"),
    [
        ("today", "2026-11-25T00:00", "2026-11-26T00:00"),
        ("yesterday", "2026-11-24T00:00", "2026-11-25T00:00"),
        ("week", "2026-11-23T00:00", "2026-11-30T00:00"),
        ("month", "2026-11-01T00:00", "2026-12-01T00:00"),
        ("2026-12", "2026-12-01T00:00", "2027-01-01T00:00"),
        ("2026", "2026-01-01T00:00", "2027-01-01T00:00"),
        ("2d", "2026-11-23T10:30", "2026-11-25T10:30"),
        ("+3h", "2026-11-25T10:30", "2026-11-25T13:30"),
    ],
)
def test_days_and_spans_reach_from_until(value: str, first: str, after: str) -> None:
    wanted = tuple(datetime.fromisoformat(moment).replace(tzinfo=UTC) for moment in (first, after))
    assert span_of(value, NOW) == wanted


# -- there and back

SIGNS = "aßN ,\"\\()<>=:.-_*'%\n"
VALUES = {
    "team": st.text(SIGNS, min_size=1, max_size=8).filter(
        lambda text: text.strip() == text and text.casefold() not in NONE
    ),
    "priority": st.integers(0, 9).map(str),
    "created": st.dates().filter(lambda day: 1970 <= day.year <= 2200).map(lambda day: day.isoformat()),
    "is": st.sampled_from(sorted(USUAL.fields["is"].values)),
    "state": st.sampled_from(sorted(USUAL.fields["state"].values)),
}
NONE = grammar.vocabulary.NONE_WORDS


@st.composite
def comparisons(draw: st.DrawFn) -> Comparison:
    key = draw(st.sampled_from(sorted(VALUES)))
    operator = draw(st.sampled_from([one for one in USUAL.fields[key].operators if one != "between"]))
    many = draw(st.integers(1, 3)) if operator == "is" else 1
    return Comparison(key, operator, tuple(draw(VALUES[key]) for _ in range(many)))


def several(parts: st.SearchStrategy[grammar.Node]) -> st.SearchStrategy[tuple[grammar.Node, ...]]:
    return st.lists(parts, min_size=2, max_size=4).map(tuple)


TREES = st.recursive(
    comparisons(),
    lambda inner: st.one_of(inner.map(Not), several(inner).map(Every), several(inner).map(Either)),
    max_leaves=8,
)


@given(tree=TREES, language=st.sampled_from(["de", "en"]))
def test_what_is_written_is_read_again_as_the_same(tree: grammar.Node, language: str) -> None:
    assert read(write(tree, USUAL, language), USUAL) == tree


@given(tree=TREES, language=st.sampled_from(["de", "en"]))
def test_what_a_form_shows_means_the_same(tree: grammar.Node, language: str) -> None:
    form = as_form(tree, USUAL, language)
    if form is not None:
        assert from_form(form, USUAL) == tree


@example(text="-)")
@example(text="nicht )")
@given(text=st.text(SIGNS + "team:isonder 1", max_size=60))
def test_whatever_is_typed_is_read_or_told(text: str) -> None:
    for is_search in (False, True):
        with suppress(Mistake):
            read(text, USUAL, is_search=is_search)


def test_a_form_leaves_out_rows_without_a_value() -> None:
    rows = (Row("team", "is", "netz"), Row("level", "is", ""), Row("text", "is", "drucker"))
    assert from_form(Form(rows), USUAL) == Every((TEAM, Words("drucker")))
    assert from_form(Form(rows[:1], "any"), USUAL) == TEAM


def test_what_nests_is_no_form() -> None:
    assert as_form(read("team:netz (is:vip or (is:mine level:2))", USUAL), USUAL) is None
