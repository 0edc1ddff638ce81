"""Whether the right steps were chosen, and what is no exercise: pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

MOST_STEPS: Final = 12
LONGEST: Final = 500


@dataclass(frozen=True)
class Step:
    """A step to choose or to leave, and why."""

    text: str
    is_right: bool
    because: str = ""

    def plain(self) -> dict[str, Any]:
        """As it is kept."""
        return {"text": self.text, "is_right": self.is_right, "because": self.because}


def steps_of(kept: Iterable[dict[str, Any]]) -> list[Step]:
    """Steps as they were kept."""
    return [Step(str(s.get("text", "")), bool(s.get("is_right")), str(s.get("because", ""))) for s in kept]


def is_right(steps: Sequence[Step], chosen: Iterable[int]) -> bool:
    """Whether all the right steps were chosen and no other."""
    return set(chosen) == {n for n, step in enumerate(steps) if step.is_right}


def wrong_steps(steps: Sequence[Step]) -> str:
    """What is wrong with the steps: ``few``, ``many``, ``long``, ``none_right``, ``all_right``; or nothing."""
    if len(steps) < 2:
        return "few"
    if len(steps) > MOST_STEPS:
        return "many"
    if any(len(step.text) > LONGEST or len(step.because) > LONGEST for step in steps):
        return "long"
    right = sum(step.is_right for step in steps)
    return "none_right" if not right else "all_right" if right == len(steps) else ""
