"""Mere thanks are told from all else, and never the other way round: what asks for something is never thanks."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreiklang.channels.gate.rules.phrases import FILLERS, PATTERNS, THANKS, Pattern
from dreiklang.channels.gate.rules.thanks import Gratitude, folded_word, gratitude_of, is_thanks

HERE = Path(__file__).parent / "thanks"
NAMES = ("Rita Weber", "Alan Yildiz")
KNOWN = {word for p in PATTERNS for _may, choices in p.places for choice in choices for word in choice} | FILLERS
#: Words that turn any sentence round; none may ever be known, or stand in a phrase in a way that hides them.
DOUBTS = tuple((HERE / "doubts.txt").read_text().split())


def corpus(name: str) -> list[str]:
    return [line.replace("|", "\n") for line in (HERE / f"{name}.txt").read_text().splitlines() if line.strip()]


@pytest.mark.parametrize("text", corpus("mere"))
def test_mere_thanks_are_told(text):
    assert is_thanks(text, names=NAMES)


@pytest.mark.parametrize("text", corpus("more"))
def test_more_than_thanks_is_never_thanks(text):
    assert not is_thanks(text, names=NAMES)


def test_thanks_with_a_file_are_more_than_thanks():
    assert not is_thanks("Danke!", has_attachments=True)


def test_good_news_are_told_from_bare_thanks():
    assert gratitude_of("Danke, läuft wieder!") is Gratitude.GOOD_NEWS
    assert gratitude_of("Danke für die Info.") is Gratitude.THANKS
    assert gratitude_of("Vielen Dank, das Problem ist behoben.") is Gratitude.GOOD_NEWS


def test_a_name_counts_only_if_it_is_the_writers_or_the_readers():
    assert is_thanks("Danke, Alan", names=NAMES)
    assert not is_thanks("Danke, Berta", names=NAMES)


@pytest.mark.parametrize("word", DOUBTS)
def test_no_word_of_doubt_is_known_by_itself(word):
    assert not is_thanks(f"Danke {word}")
    assert not is_thanks(f"{word} danke")


def phrase(pattern: Pattern) -> st.SearchStrategy[list[str]]:
    """The words of any phrase of a pattern."""
    places = [
        st.sampled_from(sorted(choices) + ([()] if may_be_missing else []))
        for may_be_missing, choices in pattern.places
    ]
    return st.tuples(*places).map(lambda chosen: [word for part in chosen for word in part])


@st.composite
def thanks(draw: st.DrawFn) -> list[str]:
    """Words of a mail made of known phrases, one of them thanks."""
    chosen = [draw(st.sampled_from(PATTERNS)) for _ in range(draw(st.integers(0, 3)))]
    chosen.insert(draw(st.integers(0, len(chosen))), draw(st.sampled_from([p for p in PATTERNS if p.kind is THANKS])))
    return [word for pattern in chosen for word in draw(phrase(pattern))]


@given(thanks())
def test_any_known_phrases_with_thanks_are_thanks(words):
    assert is_thanks(" ".join(words)) == (0 < len(words) <= 40)


@given(thanks(), st.integers(0, 60), st.sampled_from(DOUBTS))
def test_one_word_of_doubt_anywhere_makes_it_more(words, at, doubt):
    assert not is_thanks(" ".join([*words[:at], doubt, *words[at:]]))


@given(thanks(), st.integers(0, 60), st.text(st.characters(categories=["L"]), min_size=1, max_size=12))
def test_any_unknown_word_anywhere_makes_it_more(words, at, strange):
    if all(part not in KNOWN for part in folded_word(strange).split()):
        assert not is_thanks(" ".join([*words[:at], strange, *words[at:]]))


@given(thanks(), st.integers(0, 60), st.sampled_from(["?", ":", "3", "(", "http://x", "@", "👎", "😡", ">", "%", "/"]))
def test_a_sign_of_more_anywhere_makes_it_more(words, at, sign):
    assert not is_thanks(" ".join([*words[:at], sign, *words[at:]]))


@given(thanks(), st.sampled_from(["", "!", ".", ",", "\n", "  ", " – ", "…"]))
def test_case_blanks_and_stops_do_not_count(words, stop):
    plain = " ".join(words)
    assert is_thanks(plain) == is_thanks(f"\n{plain.upper().replace('SS', 'ss')}{stop}\n")


@given(st.text(max_size=3_000))
def test_nothing_makes_it_fail(text):
    assert gratitude_of(text, names=[text[:30]]) in set(Gratitude)
