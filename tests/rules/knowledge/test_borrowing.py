"""Words from inside are found again in a text, whatever stands between them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreiklang.knowledge.rules.borrowing import still_stands

NOTE = "Die Firewallregel 114 sperrt den Port 9100 auf dem Druckserver ps-03"


@pytest.mark.parametrize(
    "text",
    [
        NOTE,
        NOTE.upper(),
        f"## Ursache\n\n{NOTE.replace(' ', '  ')}.",
        "die **Firewallregel 114**\nsperrt den\nPort 9100, sonst nichts",
        "Firewallregel-114 sperrt den Port: 9100",
    ],
)
def test_six_words_in_a_row_are_found(text: str) -> None:
    assert still_stands(NOTE, text)


def test_what_was_said_in_other_words_is_not() -> None:
    assert not still_stands(NOTE, "Der Port war gesperrt; eine Regel der Firewall sperrt ihn.")
    assert still_stands("ps-03", "liegt auf PS-03")
    assert not still_stands("ps-03", "liegt auf ps-030")
    assert not still_stands("  ", "liegt")


@given(st.text(max_size=80), st.text(max_size=80), st.text(max_size=200))
def test_what_stands_in_a_text_as_it_is_is_found(before: str, after: str, passage: str) -> None:
    if any(c.isalnum() for c in passage):
        assert still_stands(passage, f"{before} {passage} {after}")
