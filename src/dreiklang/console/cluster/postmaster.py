"""The server as a process: found by pid and start time, never by pid alone."""

from __future__ import annotations

import os
import select
import signal
import time
from dataclasses import dataclass
from pathlib import Path

# No process can have this pid; a server that finds it in its pid file knows that the former one is gone, and
# still looks at the shared memory named there, so that orphans of a killed server are noticed.
_NOBODY = 2_147_483_647
_TOLERANCE_SECONDS = 5


@dataclass(frozen=True)
class Postmaster:
    """One running server; ``started`` in clock ticks since boot, which no later process can share."""

    pid: int
    started: int


def find(database: Path) -> Postmaster | None:
    """The running server of this data directory, if its pid file tells the truth."""
    lines = _pid_file(database)
    if len(lines) < 3:
        return None
    pid, begun = abs(int(lines[0])), int(lines[2])
    started = start_ticks(pid)
    if started is None or str(database) not in _command_line(pid):
        return None
    if abs(_boot_time() + started / os.sysconf("SC_CLK_TCK") - begun) > _TOLERANCE_SECONDS:
        return None
    return Postmaster(pid, started)


def stop(server: Postmaster, patience: float = 60) -> None:
    """Ask a server without a guard to end (fast shutdown), and see that it does."""
    try:
        handle = os.pidfd_open(server.pid)
    except ProcessLookupError:
        return
    try:
        if start_ticks(server.pid) != server.started:
            return
        for step, seconds in ((signal.SIGINT, patience), (signal.SIGQUIT, 10), (signal.SIGKILL, 10)):
            signal.pidfd_send_signal(handle, step)
            if select.select([handle], [], [], seconds)[0]:
                return
    except ProcessLookupError:
        return
    finally:
        os.close(handle)


def forget_stale_pid(database: Path) -> None:
    """Make a pid file that names a foreign process harmless; PostgreSQL would take any living pid for its
    own.
    """
    file = database / "postmaster.pid"
    lines = _pid_file(database)
    if not lines or find(database) is not None:
        return
    with open(file, "r+", encoding="utf-8") as handle:
        handle.write("\n".join([str(_NOBODY), *lines[1:]]) + "\n")
        handle.truncate()


def start_ticks(pid: int) -> int | None:
    """When a process began, in clock ticks since boot; None if there is none, or only its remains."""
    try:
        words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if words[0] in "ZX" else int(words[19])


def _boot_time() -> float:
    return time.time() - time.clock_gettime(time.CLOCK_BOOTTIME)


def _command_line(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
    except (FileNotFoundError, ProcessLookupError):
        return []


def _pid_file(database: Path) -> list[str]:
    try:
        lines = (database / "postmaster.pid").read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return []
    return lines if lines and lines[0].strip().lstrip("-").isdigit() else []
