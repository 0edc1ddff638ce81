"""Shares before and after, with their intervals."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreiklang.training.rules.effect import FEWEST, Effect, Share, newcombe, wilson

SHARES = st.integers(1, 400).flatmap(lambda n: st.integers(0, n).map(lambda k: Share(k, n)))


@pytest.mark.parametrize(
    ("first", "second", "low", "high"),
    [
        (Share(56, 70), Share(48, 80), 0.0524, 0.3339),
        (Share(9, 10), Share(3, 10), 0.1705, 0.8090),
        (Share(10, 10), Share(0, 10), 0.6075, 1.0),
        (Share(5, 56), Share(0, 29), -0.0381, 0.1926),
    ],
)
def test_the_differences_of_newcombes_paper_come_out(first: Share, second: Share, low: float, high: float) -> None:
    found = newcombe(first, second)
    assert (found.low, found.high) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


@given(SHARES, SHARES)
def test_a_difference_lies_in_its_interval_and_turns_with_its_sides(first: Share, second: Share) -> None:
    found, turned = newcombe(first, second), newcombe(second, first)
    assert -1 <= found.low <= found.value + 1e-12
    assert found.value - 1e-12 <= found.high <= 1
    assert turned.low == pytest.approx(-found.high)
    assert turned.high == pytest.approx(-found.low)


@given(SHARES)
def test_a_share_lies_in_its_interval_and_more_cases_narrow_it(share: Share) -> None:
    found, more = wilson(share), wilson(Share(share.handed_up * 4, share.cases * 4))
    assert 0 <= found.low <= found.value + 1e-12
    assert found.value - 1e-12 <= found.high <= 1
    assert more.high - more.low <= found.high - found.low


def test_nothing_is_said_below_twenty_cases_on_either_side() -> None:
    few = Effect(Share(19, FEWEST - 1), Share(0, 400))
    assert (few.verdict, few.change, few.spared, few.missing) == ("silent", None, None, 1)
    assert Effect(Share(0, 400), Share(0, 0)).missing == FEWEST
    assert wilson(Share(0, 0)).high == 1.0


def test_what_is_said_is_what_the_interval_allows() -> None:
    assert Effect(Share(30, 40), Share(8, 40)).verdict == "fewer"
    assert Effect(Share(8, 40), Share(30, 40)).verdict == "more"
    assert Effect(Share(20, 40), Share(18, 40)).verdict == "open"
    spared = Effect(Share(30, 40), Share(8, 40)).spared
    assert spared is not None
    assert spared.value == pytest.approx(22.0)
