"""Quiet hours, the first line, and when a push is tried again."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreiklang.channels.push import rules


@pytest.mark.parametrize(
    ("begins", "ends", "at", "quiet"),
    [
        ("22:00", "06:00", "23:30", True), ("22:00", "06:00", "05:59", True), ("22:00", "06:00", "06:00", False),
        ("12:00", "13:00", "12:00", True), ("12:00", "13:00", "13:00", False), ("", "", "00:00", False),
        ("12:00", "", "12:30", False), ("12:00", "12:00", "12:00", False), ("25:00", "26:00", "12:00", False),
    ],
)  # fmt: skip
def test_it_is_quiet_when_somebody_said_so(begins: str, ends: str, at: str, quiet: bool) -> None:
    assert rules.is_quiet(datetime.fromisoformat(f"2026-11-16T{at}:00"), begins, ends) is quiet


@given(st.text(max_size=600))
def test_a_first_line_is_one_short_printable_line(text: str) -> None:
    line = rules.first_line(text)
    assert len(line) <= rules.FIRST_LINE
    assert line.isprintable()
    assert not line.startswith(">")


def test_the_first_line_that_says_something_counts() -> None:
    assert rules.first_line("\n  \n> quoted\nGuten Tag\x00,  Frau\tWeber\nmehr") == "Guten Tag , Frau Weber"
    assert rules.first_line("wort " * 60).endswith("wort…")


def test_it_is_tried_again_as_asked_and_given_up_when_it_is_no_news_any_more() -> None:
    assert rules.next_wait(1, timedelta()) == timedelta(minutes=1)
    assert rules.next_wait(1, timedelta(), "600") == timedelta(minutes=10)
    assert rules.next_wait(1, timedelta(), "Fri, 31 Dec") == timedelta(minutes=1)
    assert rules.next_wait(9, timedelta(hours=11, minutes=30)) is None
    assert [code for code in (301, 400, 404, 413, 429, 500, 503) if rules.is_for_good(code)] == [301, 400, 404, 413]
