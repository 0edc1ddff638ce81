"""Reading what the command line names: files, or ``-`` for standard input."""

from __future__ import annotations

import sys
from pathlib import Path

from dreiklang.console.answers import USAGE, Refused


def read_bytes(name: str) -> bytes:
    """The whole input. A file that is not there is a matter of usage."""
    if name == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(name).read_bytes()
    except OSError as wrong:
        raise Refused(USAGE, f"cannot read {name}: {wrong.strerror}") from wrong


def require_readable(names: list[str]) -> None:
    """Refuse before anything is done if one of the named files cannot be read."""
    for name in names:
        if name != "-":
            try:
                with open(name, "rb"):
                    pass
            except OSError as wrong:
                raise Refused(USAGE, f"cannot read {name}: {wrong.strerror}") from wrong
