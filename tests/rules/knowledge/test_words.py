"""Texts as terms, compounds opened, meanings learned, and how well a text answers."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreiklang.knowledge.rules import alignment, compounds, nearness, ranking
from dreiklang.knowledge.rules.markup import as_html, as_text, first_line, looks_like_html
from dreiklang.knowledge.rules.words import language_of, question_terms, terms_of


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Größe", "groesse"),
        ("Schlüssel", "SCHLUESSEL"),
        ("Drucker", "Druckern"),
        ("Straße", "strasse"),
        ("Kennwörter", "kennwort"),
    ],
)
def test_german_words_meet_in_one_stem(one: str, other: str) -> None:
    assert terms_of(one, "de") == terms_of(other, "de")


def test_codes_and_paths_stay_whole_and_are_found_by_their_parts() -> None:
    terms = terms_of("Fehler 0x80070005 an \\\\srv01\\druck, Gerät sw-c4-02", "de")
    assert {"0x80070005", "sw-c4-02", "c4", "02", "druck"} <= set(terms)


def test_a_question_leaves_out_small_words_unless_it_has_no_others() -> None:
    assert "wie" not in question_terms("Wie kann ich den Drucker einrichten?", "de")
    assert question_terms("Was ist das?", "de")
    assert question_terms("?!… --", "de") == {}


@given(st.text(max_size=400))
def test_no_text_is_too_strange(text: str) -> None:
    for language in ("de", "en", "xx"):
        assert all(0 < len(term) <= 60 for term in terms_of(text, language))
        assert sum(question_terms(text, language).values()) >= len(question_terms(text, language))
    assert language_of(text) in ("de", "en")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Wie kann ich den Drucker einrichten?", "de"),
        ("How do I set up the printer?", "en"),
        ("Drucker für Gäste", "de"),
    ],
)
def test_a_question_tells_its_language(text: str, language: str) -> None:
    assert language_of(text, otherwise="??") == language


def test_compounds_open_into_known_words() -> None:
    known = {"etikett": 2, "etiketten": 4, "drucker": 9, "netz": 3, "werk": 2, "netzwerk": 7, "karte": 5}
    assert compounds.opened("etikettendrucker", known) in {("etiketten", "drucker"), ("etikett", "drucker")}
    assert compounds.opened("netzwerkkarte", known) == ("netzwerk", "karte")
    assert compounds.opened("drucker", known) == ()
    assert compounds.opened("etikettenpapier", known) == ()


@given(st.lists(st.sampled_from(["netz", "werk", "karte", "fehler"]), min_size=2, max_size=3))
def test_what_is_put_together_comes_apart(parts: list[str]) -> None:
    known = dict.fromkeys(["netz", "werk", "karte", "fehler"], 2)
    assert "".join(compounds.opened("".join(parts), known)) == "".join(parts)


def test_meanings_are_learned_from_pairs() -> None:
    words = [("drucker", "printer"), ("netz", "network"), ("kennwort", "password"), ("bildschirm", "screen")]
    pairs = [
        ([a[0], b[0]], [b[1], a[1]]) for i, a in enumerate(words) for b in words[i + 1 :]
    ] * 3  # fmt: skip
    best = {}
    for meaning in alignment.learned(pairs):
        best.setdefault(meaning.term, meaning.other)
    assert best == dict(words)
    assert alignment.learned([]) == []


def test_a_rare_word_tells_more_and_a_title_counts_more() -> None:
    collection = ranking.Collection(texts=100, title_length=4, body_length=50)
    body = Counter({"drucker": 1, "rest": 49})
    holding = {"drucker": 5, "rest": 90}

    def score(question: dict[str, int], title: dict[str, int]) -> float:
        return ranking.score(question, title, body, holding, collection)

    assert score({"drucker": 1}, {"x": 4}) > ranking.score({"rest": 1}, {"x": 4}, body, holding, collection) / 5
    assert score({"drucker": 1}, {"drucker": 1, "x": 3}) > score({"drucker": 1}, {"x": 4}) > 0
    assert ranking.rarity(100, 100) >= 0


def test_markdown_and_html_become_harmless() -> None:
    shown = as_html(
        "# Titel\n\n<script>alert(1)</script> [x](javascript:alert(1)) ![p](http://evil.example/p.png)\n\n|a|b|\n|-|-|\n|1|2|"
    )
    assert "<script" not in shown
    assert "href" not in shown
    assert "<img" not in shown
    assert "<table>" in shown
    assert as_html("<p onclick=x style='color:red'>Hallo</p><script>1</script>", is_html=True) == "<p>Hallo</p>"
    assert looks_like_html("<p>Hallo</p>")
    assert not looks_like_html("a < b und <Strg>")
    assert as_text("<p>K&ouml;nnen</p><style>x{}</style>", is_html=True).split() == ["Können"]
    assert first_line("\n\n## Drucker  \nText") == "Drucker"


@pytest.mark.parametrize(
    ("one", "other", "errors"),
    [("papeir", "papier", 1), ("druker", "drucker", 1), ("dr", "dr", 0), ("outlok", "outlook", 1), ("abcd", "wxyz", 3)],
)
def test_typing_errors_are_counted(one: str, other: str, errors: int) -> None:
    assert nearness.errors_between(one, other, 2) == nearness.errors_between(other, one, 2) == errors
    assert nearness.most_errors("pc") == nearness.most_errors("0x80070005") == 0
