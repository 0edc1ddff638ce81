"""The whole desk by one command: it comes up from nothing, bears the loss of any part, and leaves nothing
behind.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from tests.domain.console.conftest import environment_of, nothing_runs_in, running_in

STARTS_WITHIN, BACK_WITHIN = 120, 30


def free_port() -> int:
    """A port whose neighbour is free too: live updates take that one."""
    for _ in range(50):
        with socket.socket() as one, socket.socket() as next_:
            one.bind(("127.0.0.1", 0))
            port = one.getsockname()[1]
            with contextlib.suppress(OSError):
                next_.bind(("127.0.0.1", port + 1))
                return port
    raise AssertionError("no two ports in a row are free")


class Desk:
    """A desk that is served from a home of its own."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="dreiklang-serve-", dir="/tmp"))
        self.folder.chmod(0o711)
        self.home = self.folder / "home"
        self.port = free_port()
        self.said = self.folder / "said"

    def start(self) -> None:
        """``dreiklang serve``, without mail listeners: another desk may hold their port."""
        with open(self.said, "ab") as said:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "dreiklang", "serve", "--port", str(self.port)],
                env={**environment_of(self.home), "DREIKLANG_LMTP": ""},
                stderr=said,
                stdout=said,
            )

    def page(self, path: str = "/sign-in/") -> tuple[int, bytes]:
        """One page; status 0 while nobody listens."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as refused:
            return refused.code, b""
        except OSError:
            return 0, b""

    def answers_within(self, seconds: float) -> bool:
        """Whether the first page is there in time."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            assert self.process.poll() is None, self.said.read_text()
            if self.page()[0] == 200:
                return True
            time.sleep(0.1)
        return False

    def parts(self) -> dict[str, list[int]]:
        """Pids below the supervisor by the name that ``ps`` shows."""
        found: dict[str, list[int]] = {}
        parents = [self.process.pid]
        for _generation in range(2):
            below = []
            for entry in Path("/proc").iterdir():
                with contextlib.suppress(OSError, IndexError):
                    name, _, rest = (entry / "stat").read_text().rpartition(")")
                    if int(rest.split()[1]) in parents:
                        below.append(int(entry.name))
                        found.setdefault(name.partition("(")[2], []).append(int(entry.name))
            parents = below
        return found

    def clear(self) -> None:
        """Nothing of it may stay."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        assert nothing_runs_in(self.home, within=30)
        shutil.rmtree(self.folder)


@pytest.fixture(scope="module")
def desk():
    one = Desk()
    one.start()
    yield one
    one.clear()


def test_from_an_empty_home_to_the_first_page_in_one_command(desk):
    assert desk.answers_within(STARTS_WITHIN)
    assert "signs in once with this link" in desk.said.read_text()
    status, sheet = desk.page("/static/dreiklang/tokens.css")
    assert status == 200
    assert sheet
    assert {"dreiklang web", "dreiklang live", "dreiklang worke", "dreiklang doors"} <= set(desk.parts())


@pytest.mark.parametrize("name", ["dreiklang web", "dreiklang live", "dreiklang worke", "dreiklang doors"])
def test_a_killed_part_comes_back_while_pages_are_served(desk, name):
    before = desk.parts()[name]
    os.kill(min(before), signal.SIGKILL)
    assert desk.answers_within(BACK_WITHIN)
    end = time.monotonic() + BACK_WITHIN
    while not set(desk.parts().get(name, [])) - set(before):
        assert time.monotonic() < end, f"{name} did not come back"
        time.sleep(0.1)
    assert "killed by signal 9" in desk.said.read_text()


def test_p02_a_killed_database_is_back_within_ten_seconds(desk):
    assert desk.answers_within(STARTS_WITHIN)
    for victim in ("server", "guard"):
        os.kill(the_one(desk.home, victim), signal.SIGKILL)
        assert desk.answers_within(10)
        assert the_one(desk.home, "server")


def the_one(home, part, within=10):
    """The pid of the only process of its kind, waited for: pages that ask nothing of the database answer without it."""
    end = time.monotonic() + within
    while len(found := running_in(home)[part]) != 1:
        assert time.monotonic() < end, (part, found)
        time.sleep(0.05)
    return found[0]


def test_one_shot_commands_share_it_and_leave_it_running(desk):
    done = subprocess.run(
        [sys.executable, "-m", "dreiklang", "check", "--json"], env=environment_of(desk.home), check=False
    )
    assert done.returncode == 0
    assert desk.page()[0] == 200


def test_it_ends_when_told_and_nothing_stays(desk):
    desk.process.send_signal(signal.SIGTERM)
    assert desk.process.wait(60) == 0
    assert nothing_runs_in(desk.home, within=1), "the database has ended before the command did"
    assert not any(desk.parts().values())


def test_killed_it_takes_everything_along(desk):
    desk.start()
    assert desk.answers_within(STARTS_WITHIN)
    pids = [pid for found in desk.parts().values() for pid in found]
    desk.process.kill()
    desk.process.wait()
    assert nothing_runs_in(desk.home, within=30)
    end = time.monotonic() + 30
    while any(Path(f"/proc/{pid}").exists() for pid in pids):
        assert time.monotonic() < end
        time.sleep(0.1)
