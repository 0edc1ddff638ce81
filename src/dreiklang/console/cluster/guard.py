"""The guard: parent of one PostgreSQL server, for as long as anybody uses it. Run as a script, with the
standard library only.

Everybody who uses the server holds a shared lock on ``users.lock``; the system takes it back however a
process ends. One thread here waits for that lock exclusively: when it comes, nobody is left, and the server
is stopped. If the server dies it is started again, and replays its log. If the guard itself is killed, the
system interrupts the server (PDEATHSIG), which then ends by itself: nothing is left behind.
"""

from __future__ import annotations

import ctypes
import fcntl
import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_STOP_STEPS = ((signal.SIGINT, 60), (signal.SIGQUIT, 10), (signal.SIGKILL, 10))
_TRIES_IN_A_ROW = 20
_HEALTHY_AFTER_SECONDS = 10


class Guard:
    """One guard with its locks and its server."""

    def __init__(self, order: dict[str, object]) -> None:
        self.command = [str(word) for word in order["command"]]  # type: ignore[attr-defined]
        self.log = Path(str(order["log"]))
        self.run = Path(str(order["run"]))
        self.libc = ctypes.CDLL(None, use_errno=True)
        self.wake_read, self.wake_write = os.pipe()
        self.must_end = False

    def watch(self) -> int:
        """Hold the guard's lock and keep the server running until it is not used any more."""
        own = os.open(self.run / "guard.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(own, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return 75
        self.users = os.open(self.run / "users.lock", os.O_RDWR | os.O_CREAT, 0o600)
        signal.signal(signal.SIGTERM, lambda *_: self._end())
        threading.Thread(target=self._wait_for_the_last_user, daemon=True).start()
        code = self._keep_running()
        os.close(own)  # first: who then gets the users' lock must find the guard gone
        return code

    def _end(self) -> None:
        self.must_end = True
        os.write(self.wake_write, b".")

    def _wait_for_the_last_user(self) -> None:
        fcntl.flock(self.users, fcntl.LOCK_EX)
        self._end()

    def _keep_running(self) -> int:
        failures = 0
        while not self.must_end:
            begun = time.monotonic()
            server = self._start()
            self._say("running")
            self._wait_for(server)
            if self.must_end:
                self._say("stopping")
                self._stop(server)
                return 0
            failures = 0 if time.monotonic() - begun > _HEALTHY_AFTER_SECONDS else failures + 1
            if failures >= _TRIES_IN_A_ROW:
                return 1
            # The children of a killed server need a moment to go; until then the new one refuses to start.
            select.select([self.wake_read], [], [], min(0.1 * failures, 2))
        return 0

    def _start(self) -> subprocess.Popen[bytes]:
        guard = os.getpid()

        def die_with_the_guard() -> None:
            self.libc.prctl(_PR_SET_PDEATHSIG, int(signal.SIGINT), 0, 0, 0)
            if os.getppid() != guard:
                os._exit(1)

        with open(self.log, "ab") as log:
            return subprocess.Popen(  # noqa: S603 - the command of whoever started us
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=die_with_the_guard,
            )

    def _wait_for(self, server: subprocess.Popen[bytes]) -> None:
        handle = os.pidfd_open(server.pid)
        try:
            ready, _, _ = select.select([handle, self.wake_read], [], [])
        finally:
            os.close(handle)
        if self.wake_read not in ready:
            server.wait()

    def _stop(self, server: subprocess.Popen[bytes]) -> None:
        for step, patience in _STOP_STEPS:
            server.send_signal(step)
            try:
                server.wait(patience)
                return
            except subprocess.TimeoutExpired:
                continue

    def _say(self, word: str) -> None:
        (self.run / "guard.state").write_text(word)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    sys.exit(Guard(json.loads(sys.argv[1])).watch())
