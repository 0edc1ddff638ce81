"""Places at which a test may kill the process, to see that nothing is lost there (P01). Inert unless FAIL_AT is set.

``FAIL_AT=after_raw_commit`` ends the process like ``kill -9`` when it gets there; ``FAIL_AT=after_raw_commit:3`` at the
third time.
"""

from __future__ import annotations

import os
import signal

_name, _, _count = os.environ.get("FAIL_AT", "").partition(":")
_left = int(_count) if _count.isdigit() else 1


def reach(name: str) -> None:
    """Say that the code has come to a named place."""
    if name == _name:
        _die_in_turn()


def _die_in_turn() -> None:
    global _left
    _left -= 1
    if _left <= 0:
        os.kill(os.getpid(), signal.SIGKILL)
