"""Stages of a chat. It only goes on: what has ended is not talked in again, another question is another chat."""

from __future__ import annotations

from typing import Final

WAITING, TALKING, ENDED, MISSED = "waiting", "talking", "ended", "missed"
#: Stages in which the visitor may write.
LIVE: Final = frozenset({WAITING, TALKING})
#: From where to where: taken, ended, or left unanswered, when it becomes a ticket for later.
_STEPS: Final = {WAITING: frozenset({TALKING, ENDED, MISSED}), TALKING: frozenset({ENDED})}


def may_become(stage: str, other: str) -> bool:
    """Whether a chat of one stage may go to another."""
    return other in _STEPS.get(stage, frozenset())
