"""What a desk promises from its first day, until it agrees on something else. All in working minutes."""

from __future__ import annotations

from typing import Any, Final

from dreiklang.sla.rules.agreement import FIRST_RESPONSE, RESOLUTION, UPDATE

#: A working day of the usual calendar, eight to five.
DAY: Final = 9 * 60

#: (metric, priority) → minutes. Priority 1, an essential service badly impaired: works again within a working day.
_USUAL: Final = {
    (FIRST_RESPONSE, 1): 60, (FIRST_RESPONSE, 2): 120, (FIRST_RESPONSE, 3): 4 * 60, (FIRST_RESPONSE, 4): DAY,
    (UPDATE, 1): 2 * 60, (UPDATE, 2): 8 * 60,
    (RESOLUTION, 1): DAY, (RESOLUTION, 2): 2 * DAY, (RESOLUTION, 3): 5 * DAY, (RESOLUTION, 4): 10 * DAY,
}  # fmt: skip

#: The customer's own time: while they owe an answer, or have asked to be called on another day.
USUAL_PAUSES: Final = ("requester", "date")
USUAL_SHARES: Final = ({"level": 1, "percent": 30}, {"level": 2, "percent": 40}, {"level": 3, "percent": 30})


def usual_targets() -> list[dict[str, Any]]:
    """The targets in the written form of a version."""
    return [{"metric": metric, "priority": priority, "minutes": m} for (metric, priority), m in _USUAL.items()]
