"""The stages of a call. News may come late or twice: a call only goes on, never back."""

from __future__ import annotations

from typing import Final

RINGING: Final = "ringing"
TALKING: Final = "talking"
ENDED: Final = "ended"
MISSED: Final = "missed"

#: Causes that say of themselves that somebody had answered, where a system does not tell of the answer.
_ANSWERED: Final = frozenset({"normalclearing", "accepted", "answered", "completed", "transferred"})


def was_answered(stage: str, cause: str, seconds: int) -> bool:
    """Whether a call that has ended now was talked on: it was before, or its end says so.

    ``seconds`` of talk as the system counts them; ``cause`` as the system writes it.
    """
    if stage == TALKING:
        return True
    return "".join(c for c in cause.lower() if c.isalnum()) in _ANSWERED or seconds > 0
