"""Processes that may be killed, at the price of a fork: a Python that has loaded the desk bears one for each deed.

To begin a Python and load the desk takes a second and more, and a promise about killed processes needs hundreds. What
is killed is a real process with a memory, a connection and a pid of its own; it has only been born ready.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


class Nursery:
    """The process that bears them, one at a time."""

    def __init__(self, database: str, files: str, key: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.nursery", database, files, key],
            cwd=ROOT,
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, deed: str, *, fail_at: str = "", kill_after: float | None = None) -> int:
        """Do a few lines of Python in a new process; its exit code, negative if it was killed.

        ``fail_at`` names the place where it dies (``kernel.failpoints``), ``kill_after`` the seconds it is given.
        """
        assert self.process.stdin
        self.process.stdin.write(json.dumps([deed, fail_at, kill_after]) + "\n")
        self.process.stdin.flush()
        assert self.process.stdout
        return int(self.process.stdout.readline())

    def close(self) -> None:
        """No more of them."""
        self.process.communicate(timeout=30)


@contextmanager
def nursery() -> Iterator[Nursery]:
    """Processes on the test's own database and files."""
    from django.conf import settings
    from django.db import connection

    found = Nursery(connection.settings_dict["NAME"], str(settings.FILES_ROOT), str(settings.SECRET_KEY_FILE))
    try:
        yield found
    finally:
        found.close()


def main(database: str, files: str, key: str) -> None:
    """Load the desk, then bear a process for each line that comes in."""
    import django
    from django.conf import settings

    settings.DATABASES["default"]["NAME"] = database
    settings.FILES_ROOT, settings.SECRET_KEY_FILE = Path(files), Path(key)
    django.setup()
    import dreiklang.channels.doors.imap
    import dreiklang.channels.mail.outbound.sending
    import dreiklang.tickets.commands.conversation  # noqa: F401 - loaded once for all

    for line in sys.stdin:
        deed, fail_at, kill_after = json.loads(line)
        child = os.fork()
        if child == 0:
            _live(deed, fail_at, kill_after)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


def _live(deed: str, fail_at: str, kill_after: float | None) -> None:
    """The whole life of one: nothing of its parent's is tidied up when it ends."""
    from dreiklang.kernel import failpoints

    os.dup2(os.open(os.devnull, os.O_RDWR), 0)
    os.dup2(2, 1)
    place, _, count = fail_at.partition(":")
    failpoints._name, failpoints._left = place, int(count or 1)
    if kill_after is not None:
        signal.signal(signal.SIGALRM, lambda *_: os.kill(os.getpid(), signal.SIGKILL))
        signal.setitimer(signal.ITIMER_REAL, kill_after)
    try:
        exec(deed, {})
    except BaseException:  # noqa: BLE001 - whatever it is, this process ends here
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
