"""When a call is tried again, and what of a journal line is nobody's words."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from dreiklang.channels.webhooks import rules


def test_p13_the_tries_reach_over_75_hours():
    shortest = [rules.wait_after(n, 0) for n in range(1, len(rules.WAITS) + 1)]
    assert rules.wait_after(len(rules.WAITS) + 1, 0) is None
    assert timedelta(hours=75) <= sum(shortest, timedelta()) < timedelta(hours=75, minutes=5)
    assert sum(shortest, timedelta()) > rules.PATIENCE
    assert shortest == sorted(shortest)


@given(st.integers(1, len(rules.WAITS)), st.floats(0, 1))
def test_p13_what_failed_together_is_spread(tries, chance):
    wait, shortest = rules.wait_after(tries, chance), rules.wait_after(tries, 0)
    assert shortest <= wait <= shortest * (1 + rules.JITTER) + timedelta(microseconds=2)


@given(st.text(min_size=1, max_size=80))
def test_p31_a_text_with_a_blank_is_somebodys_words(text):
    assert rules.without_words({"reason": f"{text} {text}"}) == {}


def test_keys_numbers_and_moments_stay():
    plain = {"level": 2, "state": "waiting", "at": "2026-11-16T08:00:00+00:00", "ids": [1, 2], "why": "Er ruft an"}
    assert rules.without_words(plain) == {k: v for k, v in plain.items() if k != "why"}
