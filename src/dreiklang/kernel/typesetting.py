"""Setting a page: our own template, the words as data. No file but the template is read, nothing is fetched (P36)."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any


def pdf_of(template: Path, data: dict[str, Any]) -> bytes:
    """A PDF of one of our templates."""
    return compiled(template.read_bytes(), data)


def compiled(source: bytes, data: dict[str, Any]) -> bytes:
    """Set a source. The program is shown an empty folder and no packages; words are values, never markup."""
    import typst  # here: every part of the desk would hold its 7 MiB, and few of them ever set a page

    with tempfile.TemporaryDirectory(prefix="dreiklang-paper-") as empty:
        made: Any = typst.compile(  # type: ignore[type-var]
            source, root=empty, package_path=empty, package_cache_path=empty, sys_inputs={"data": json.dumps(data)}
        )
    return bytes(made)
