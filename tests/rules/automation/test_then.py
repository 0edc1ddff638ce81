"""What a ticket was at a moment, told by its lines."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from dreiklang.automation.rules.then import Story, states_of

T = datetime(2026, 11, 16, 8, 0, tzinfo=UTC)


def at(minutes: int) -> datetime:
    return T + timedelta(minutes=minutes)


LINES = [
    (at(0), "ticket.opened", {}), (at(1), "ticket.assigned", {"person_id": None}),
    (at(2), "ticket.assigned", {"person_id": 5}), (at(3), "ticket.paused", {}), (at(4), "message.written", {}),
    (at(5), "ticket.resumed", {}), (at(6), "ticket.resolved", {}), (at(7), "ticket.closed", {}),
    (at(8), "ticket.closing_undone", {}), (at(9), "ticket.reopened", {}), (at(10), "ticket.merged", {}),
    (at(11), "ticket.parted", {"is_survivor": True, "state": ""}), (at(12), "ticket.parted", {"state": "waiting"}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("minute", "state"),
    [(-1, "new"), (0, "new"), (1, "new"), (2, "open"), (3, "waiting"), (4, "waiting"), (5, "open"), (6, "resolved"),
     (7, "closed"), (8, "resolved"), (9, "open"), (10, "merged"), (11, "merged"), (12, "waiting"), (99, "waiting")],
)  # fmt: skip
def test_the_state_of_every_moment_is_known(minute: int, state: str) -> None:
    assert Story(states=states_of(LINES)).at(at(minute)).state == state


def test_priority_and_holder_of_every_moment_are_known() -> None:
    story = Story(
        priority=1, changes=[(at(2), 3), (at(5), 2)], holders=[(at(0), at(3), 7, 1, None), (at(3), None, 8, 2, 5)]
    )
    assert [story.at(at(n)).priority for n in (0, 1, 2, 4, 5, 9)] == [3, 3, 2, 2, 1, 1]
    assert [(then.team_id, then.level, then.person_id) for then in (story.at(at(2)), story.at(at(3)))] == [
        (7, 1, None), (8, 2, 5)
    ]  # fmt: skip
    assert story.at(at(-1)).team_id is None
    assert story.at(at(1)).bears("free")
    assert not story.at(at(4)).bears("free")
