"""How many working-time sums a core does in a second, in pure Python.

Run `python bench/calendars.py`; it prints one JSON object and exits 1 below the budget of 300,000 additions
a second. The starts lie in two years, the times between a minute and some weeks, the week has a lunch break
and a night shift, holidays are those of Baden-Württemberg. The best of five runs counts: others disturb, none
help.
"""

import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random

from dreiklang.calendars.rules import (
    WorkingCalendar,
    add_working_time,
    answer_questions,
    week_from,
    working_seconds_between,
)

BUDGET = 300_000
SUMS = 100_000
WEEK = {
    **{day: [["08:00", "12:00"], ["13:00", "17:00"]] for day in ("mon", "tue", "wed", "fri")},
    "thu": [["08:00", "17:00"], ["22:00", "06:00"]],
}


def rate(run: Callable[[], object]) -> int:
    """Sums a second in the best of five runs."""
    spent = []
    for _ in range(5):
        start = time.perf_counter()
        run()
        spent.append(time.perf_counter() - start)
    return round(SUMS / min(spent))


def main() -> int:
    """Measure, print, judge."""
    random = Random(7)
    calendar = WorkingCalendar("Europe/Berlin", week_from(WEEK), region="DE-BW")
    first = datetime(2025, 1, 1, tzinfo=UTC)
    starts = [first + timedelta(seconds=random.randrange(2 * 365 * 86400)) for _ in range(SUMS)]
    local = [start.astimezone(calendar.zone) for start in starts]
    times = [random.randrange(60, 60 * 60 * 120) for _ in range(SUMS)]
    begun = time.perf_counter()
    add_working_time(calendar, starts[0], times[0])
    first_sum = time.perf_counter() - begun
    document = {
        "calendar": {"timezone": "Europe/Berlin", "week": WEEK, "region": "DE-BW"},
        "questions": [
            {"from": start.isoformat(), "add_minutes": seconds / 60}
            for start, seconds in zip(starts, times, strict=True)
        ],
    }
    figures = {
        "additions_per_second": rate(lambda: list(map(add_working_time, [calendar] * SUMS, starts, times))),
        "additions_per_second_from_local_moments": rate(
            lambda: list(map(add_working_time, [calendar] * SUMS, local, times))
        ),
        "differences_per_second": rate(
            lambda: list(map(working_seconds_between, [calendar] * SUMS, starts, reversed(starts)))
        ),
        "questions_per_second": rate(lambda: answer_questions(document)),
        "first_sum_seconds": round(first_sum, 4),
        "budget_additions_per_second": BUDGET,
    }
    print(json.dumps(figures))
    return 0 if figures["additions_per_second"] >= BUDGET else 1


if __name__ == "__main__":
    sys.exit(main())
