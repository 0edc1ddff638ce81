"""When an approval is decided."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from dreiklang.approvals.rules import ALL, MOST_REMINDERS, ONE, decided, is_to_remind

ANSWERS = st.lists(st.sampled_from(["", "yes", "no"]), max_size=6)
NOW = datetime(2026, 11, 16, 8, tzinfo=UTC)


@given(ANSWERS)
def test_all_and_one_mirror_each_other(answers: list[str]) -> None:
    """What refuses where all must agree is, with yes and no exchanged, what grants where one is enough."""
    swapped = [{"yes": "no", "no": "yes"}.get(answer, "") for answer in answers]
    mirror = {"granted": "refused", "refused": "granted", "open": "open"}
    assert decided(answers, needs=ALL) == mirror[decided(swapped, needs=ONE)]


@given(ANSWERS, st.sampled_from([ALL, ONE]))
def test_nothing_is_granted_without_a_yes(answers: list[str], needs: str) -> None:
    """And the order of the answers does not matter."""
    state = decided(answers, needs=needs)
    assert state != "granted" or "yes" in answers
    assert state == decided(sorted(answers), needs=needs)
    if needs == ALL and state == "granted":
        assert set(answers) == {"yes"}


def test_reminders_are_days_apart_and_end() -> None:
    """Two days after the question, two days after the last reminder, three times."""
    asked = NOW - timedelta(days=2)
    assert is_to_remind(asked, None, 0, NOW)
    assert not is_to_remind(asked + timedelta(seconds=1), None, 0, NOW)
    assert not is_to_remind(asked - timedelta(days=9), NOW - timedelta(days=1), 1, NOW)
    assert not is_to_remind(asked - timedelta(days=90), asked, MOST_REMINDERS, NOW)
