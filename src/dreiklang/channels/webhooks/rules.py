"""What may be told, when it is tried again, and what of a journal line is no word. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

#: News the outside may hear: about the case, and what was said with the requester.
OUTSIDE: Final = (
    "ticket.opened", "ticket.classified", "ticket.subject_changed", "ticket.requester_changed", "ticket.assigned",
    "ticket.moved", "ticket.paused", "ticket.resumed", "ticket.resolved", "ticket.reopened", "ticket.closed",
    "ticket.merged", "message.received", "message.sent", "message.failed", "handover.made", "handover.accepted",
    "handover.handed_back", "promise.near", "promise.broken",
)  # fmt: skip
#: News from inside: only for hooks that were allowed to hear it (P31).
INSIDE: Final = ("note.written", "intervention.logged", "correspondence.received", "correspondence.sent")
OFFERED: Final = OUTSIDE + INSIDE
TEST, BY_RULE = "webhook.test", "rule.called"

#: After each failed try, at least; with the last one 75 hours have passed.
WAITS: Final = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 300, 1800, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600, 20 * 3600, 23 * 3600 + 1500)
)
#: Waits grow by up to this share: never shorter, or half of the deliveries would end before the 75 hours (P13).
JITTER: Final = 0.1
#: So long after a change of secrets the former one signs as well.
BOTH_SIGN: Final = timedelta(days=2)
#: A hook that has taken nothing for so long, when another delivery is given up, is switched off.
PATIENCE: Final = timedelta(days=3)

_NO_WORD = re.compile(r"[A-Za-z0-9_.:+-]{0,64}")


def wait_after(tries: int, chance: float) -> timedelta | None:
    """How long to wait after so many failed tries, or None when it is given up. ``chance``: 0 (the shortest wait)
    to 1, spreads the calls of many deliveries that failed together."""
    if tries > len(WAITS):
        return None
    return WAITS[tries - 1] * (1 + JITTER * chance)


def may_hear(code: str, *, hears_inside: bool) -> bool:
    """Whether a hook may be told of this at all."""
    return code in OUTSIDE or code in (TEST, BY_RULE) or (hears_inside and code in INSIDE)


def without_words(plain: Mapping[str, Any]) -> dict[str, Any]:
    """Of a journal line's plain values those that cannot be anybody's words: numbers, keys, moments."""
    return {name: value for name, value in plain.items() if _is_no_word(value)}


def _is_no_word(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return all(_is_no_word(one) for one in value)
    return isinstance(value, bool | int | float) or (isinstance(value, str) and bool(_NO_WORD.fullmatch(value)))
