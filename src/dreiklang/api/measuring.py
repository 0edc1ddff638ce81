"""How long requests take, counted in memory that all web workers of one machine share.

Every worker process has a row of its own in an anonymous shared map made before the workers are forked, so that none
waits for another and whoever answers ``/metrics`` sees them all.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from multiprocessing import RawArray

from django.http import HttpRequest, HttpResponseBase

#: Upper bounds in seconds; the last bucket holds everything.
BOUNDS = (0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
KINDS = ("page", "api", "monitoring")
_PROCESSES = 32
#: Of each kind: one count a bucket, one beyond, the sum of seconds, answers 5xx.
_WIDTH = len(BOUNDS) + 3
_table = RawArray("d", _PROCESSES * len(KINDS) * _WIDTH)
_lock = threading.Lock()


def measured(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware, outermost."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        begun = time.perf_counter()
        response = get_response(request)
        note(kind_of(request.path), time.perf_counter() - begun, response.status_code)
        return response

    return answer


def kind_of(path: str) -> str:
    """What a path belongs to: pages, the API, or the door of monitoring."""
    if path.startswith("/api/monitoring/"):
        return "monitoring"
    return "api" if path.startswith("/api/") else "page"


def note(kind: str, seconds: float, status: int) -> None:
    """Count one answer."""
    at = ((os.getpid() % _PROCESSES) * len(KINDS) + KINDS.index(kind)) * _WIDTH
    place = next((n for n, bound in enumerate(BOUNDS) if seconds <= bound), len(BOUNDS))
    with _lock:
        _table[at + place] += 1
        _table[at + len(BOUNDS) + 1] += seconds
        if status >= 500:
            _table[at + len(BOUNDS) + 2] += 1


def lines() -> Iterator[str]:
    """The counts of all processes, as a Prometheus histogram and a counter."""
    sums = {kind: _sum(place) for place, kind in enumerate(KINDS)}
    yield "# HELP dreiklang_request_seconds How long answers took."
    yield "# TYPE dreiklang_request_seconds histogram"
    for kind, row in sums.items():
        running = 0.0
        for bound, count in zip((*map(str, BOUNDS), "+Inf"), row, strict=False):
            running += count
            yield f'dreiklang_request_seconds_bucket{{kind="{kind}",le="{bound}"}} {int(running)}'
        yield f'dreiklang_request_seconds_sum{{kind="{kind}"}} {row[-2]:.6f}'
        yield f'dreiklang_request_seconds_count{{kind="{kind}"}} {int(running)}'
    yield "# HELP dreiklang_broken_answers_total Answers with a status of 500 and above."
    yield "# TYPE dreiklang_broken_answers_total counter"
    for kind, row in sums.items():
        yield f'dreiklang_broken_answers_total{{kind="{kind}"}} {int(row[-1])}'


def _sum(place: int) -> list[float]:
    found = [0.0] * _WIDTH
    for process in range(_PROCESSES):
        at = (process * len(KINDS) + place) * _WIDTH
        found = [former + more for former, more in zip(found, _table[at : at + _WIDTH], strict=True)]
    return found
