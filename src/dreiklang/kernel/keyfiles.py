"""Key files: made once, by whoever needs them first, whole or not at all. Knows no Django: settings ask it too."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path


def key_from(file: Path, make: Callable[[], bytes]) -> bytes:
    """The key in a file; made, readable for its owner alone, if there is none.

    Of several processes that start at once all read the same key: it appears under its name complete, and only once.
    """
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, draft = tempfile.mkstemp(dir=file.parent, prefix=".key-")
        try:
            with os.fdopen(handle, "wb") as fresh:
                fresh.write(make())
                fresh.flush()
                os.fsync(fresh.fileno())
            os.link(draft, file)
        except FileExistsError:
            pass  # somebody else was quicker; theirs counts
        finally:
            os.unlink(draft)
    return file.read_bytes().strip()
