"""Two who lock the same rows: one stands and waits, and the other asks whether what it needs is free."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def waiting(deed: Callable[[], object], *, at: Callable[[], object]) -> Iterator[None]:
    """Another connection does something and stands at what ``at`` has locked here; it goes on when the block is left.

    Inside, ``select_for_update(nowait=True)`` fails for what the other one has locked already.
    """
    troubles: list[Exception] = []

    def run() -> None:
        try:
            deed()
        except Exception as trouble:  # noqa: BLE001 - told to the test
            troubles.append(trouble)
        finally:
            connection.close()

    other = threading.Thread(target=run)
    try:
        with transaction.atomic():
            at()
            other.start()
            _until_it_waits(other, troubles)
            yield
    finally:
        other.join(20)
    assert not troubles, troubles


def _until_it_waits(other: threading.Thread, troubles: list[Exception]) -> None:
    end = time.monotonic() + 20
    while time.monotonic() < end and other.is_alive():
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))")
            if cursor.fetchone():
                return
        time.sleep(0.005)
    raise AssertionError(f"the other one waits for nothing: {troubles}")
