"""How much of a promised figure a test runs: all in `make prove`, a tenth in `make check`, else a taste."""

from __future__ import annotations

import os

#: Without being told otherwise, a hundredth.
SHARE = float(os.environ.get("DREIKLANG_PROMISES", "0.01"))


def times(full: int, least: int = 1) -> int:
    """How often to do what the promise does ``full`` times, but at least ``least`` times."""
    return max(least, round(full * SHARE))
