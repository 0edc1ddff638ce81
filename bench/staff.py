"""What a staff costs the server: sparkline, page picture with its twin, large picture, and a case of 80 marks.

Run `python bench/staff.py`; it prints one JSON object and exits 1 above a budget (sparkline 0.3 ms, page picture
3 ms for an ordinary case of 25 marks). The best of many runs counts: others disturb, none help. The yardstick is a
loop of plain Python on the same core, so that figures of two machines can be compared.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC
from pathlib import Path

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dreiklang.config.settings")
django.setup()

from tests.rules.web_staff import cases  # noqa: E402

from dreiklang.web.staff.drawing import render_svg  # noqa: E402
from dreiklang.web.staff.figure import render_figure  # noqa: E402
from dreiklang.web.staff.score import Score  # noqa: E402
from dreiklang.web.staff.spark import spark_svg, trail_of  # noqa: E402

SPARK_BUDGET, PAGE_BUDGET = 0.3, 3.0


def best(run: Callable[[], object], times: int = 120) -> float:
    """Milliseconds of the quickest run."""
    spent = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        spent.append(time.perf_counter() - start)
    return round(min(spent) * 1000, 3)


def yardstick() -> None:
    """A hundred thousand steps of plain Python."""
    total = 0
    for number in range(100_000):
        total += number * number


def later(score: Score, seconds: int) -> Score:
    """The same ticket some seconds later, so that nothing kept from an earlier run helps with the figures."""
    return replace(score, now=score.now.astimezone(UTC).replace(second=seconds % 60))


def main() -> int:
    """Measure, print, judge."""
    ordinary, crowded = cases.printers(), cases.crowded(80)
    kept, moment = trail_of(ordinary), iter(range(10_000_000))
    figures = {
        "spark_ms": best(lambda: render_svg(later(ordinary, next(moment)), "spark")),
        "spark_from_kept_trail_ms": best(lambda: spark_svg(kept, "spark-narrow", language="de")),
        "page_ms": best(lambda: render_svg(later(ordinary, next(moment)), "page")),
        "page_with_twin_ms": best(lambda: render_figure(later(ordinary, next(moment)), "page")),
        "large_ms": best(lambda: render_svg(later(ordinary, next(moment)), "large")),
        "page_of_80_marks_ms": best(lambda: render_svg(later(crowded, next(moment)), "page")),
        "page_bytes": len(render_svg(ordinary, "page").encode()),
        "spark_bytes": len(render_svg(ordinary, "spark-narrow").encode()),
        "yardstick_ms": best(yardstick, 20),
        "budget_spark_ms": SPARK_BUDGET,
        "budget_page_ms": PAGE_BUDGET,
    }
    print(json.dumps(figures))
    return 0 if figures["spark_ms"] <= SPARK_BUDGET and figures["page_ms"] <= PAGE_BUDGET else 1


if __name__ == "__main__":
    sys.exit(main())
