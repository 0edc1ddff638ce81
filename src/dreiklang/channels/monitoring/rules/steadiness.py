"""A trouble that comes and goes is one trouble: while it flaps, nobody is told of each turn."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

#: So many turns within ``WATCHED`` make it flapping. Nagios looks at 21 checks and begins at half of them; programs
#: that call us have usually damped once already, so fewer turns over a span count here.
FLAPS: Final = 5
WATCHED: Final = timedelta(minutes=30)
#: It is steady again when it has not turned for so long.
QUIET: Final = timedelta(minutes=15)
#: Alarms of one source that open tickets within this span count towards a storm.
STORM_SPAN: Final = timedelta(minutes=5)


def is_flapping(turns: Iterable[datetime], now: datetime, *, was_flapping: bool) -> bool:
    """Whether a trouble flaps, from the moments at which it turned; once it flaps, until it was quiet long enough."""
    recent = [turn for turn in turns if now - turn < WATCHED]
    if len(recent) >= FLAPS:
        return now - max(recent) < QUIET or not was_flapping
    return was_flapping and any(now - turn < QUIET for turn in recent)
