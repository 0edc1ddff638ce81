"""Which senders a blocking covers."""

from hypothesis import given
from hypothesis import strategies as st

from dreiklang.channels.gate.rules.spam import pattern_of, patterns_for


@given(st.text(max_size=60))
def test_any_text_is_a_pattern_or_none_and_its_spelling_is_final(text):
    pattern = pattern_of(text)
    assert pattern == pattern_of(pattern)
    assert not pattern or pattern.count("@") == 1


def test_an_address_is_covered_by_itself_and_the_domains_above_it():
    assert patterns_for("A@Mx.Pills.Example") == ["a@mx.pills.example", "@mx.pills.example", "@pills.example"]


def test_a_domain_is_spelled_in_ascii():
    assert pattern_of("*@müller.example") == "@xn--mller-kva.example"
