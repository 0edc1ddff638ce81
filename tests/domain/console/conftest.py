"""A home for clusters under test, processes that use it, and a look at what runs in it."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

import pytest

from dreiklang.console.cluster import binaries, identity
from dreiklang.console.cluster.homes import Layout

CLIENT = """
import sys, psycopg
from dreiklang.console import cluster
from dreiklang.console.cluster.connection import connection_words
with cluster.ensure_running(durable=False) as lease:
    print("up", flush=True)
    for line in sys.stdin:
        if line.strip() == "renew":
            print(lease.renew(), flush=True)
            continue
        with psycopg.connect(**connection_words("owner"), autocommit=True) as connection:
            found = connection.execute(line)
            print(found.fetchone() if found.description else "done", flush=True)
"""


class Client:
    """A process of its own that holds a lease and runs what it is told."""

    def __init__(self, home: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", CLIENT],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment_of(home),
        )

    def wait_until_up(self) -> None:
        """Wait for the database to answer this client."""
        assert self.process.stdout
        if self.process.stdout.readline() != "up\n":
            assert self.process.stderr
            raise AssertionError(self.process.stderr.read())

    def ask(self, words: str) -> str:
        """Run one statement, or ``renew``."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(words + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def leave(self) -> int:
        """End in order."""
        self.process.communicate()
        return self.process.returncode

    def kill(self) -> None:
        """End as ``kill -9`` ends."""
        self.process.kill()
        self.process.communicate()


def environment_of(home: Path) -> dict[str, str]:
    """The environment of a process that uses this home and its embedded database, whatever the suite runs on."""
    kept = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "DREIKLANG_DB_ROLE", "PYTHONPATH")}
    return {**kept, "DREIKLANG_HOME": str(home)}


def running_in(home: Path) -> dict[str, list[int]]:
    """Pids of the guards and servers of a home."""
    found: dict[str, list[int]] = {"guard": [], "server": []}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            words = (entry / "cmdline").read_bytes().decode(errors="replace").split("\0")
        except OSError:
            continue
        if words[0].endswith("/postgres") and any(word.startswith(f"{home}/") for word in words):
            found["server"].append(int(entry.name))
        elif any(word.endswith("/guard.py") for word in words) and any(f'"{home}/' in word for word in words):
            found["guard"].append(int(entry.name))
    # a child that a server has just forked bears its words, until it has given itself a title of its own
    found["server"] = [pid for pid in found["server"] if _parent_of(pid) not in found["server"]]
    return found


def _parent_of(pid: int) -> int:
    """The parent of a process, 0 if it has ended meanwhile."""
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def nothing_runs_in(home: Path, within: float = 15) -> bool:
    """Whether guard and server are gone, at the latest after so many seconds."""
    end = time.monotonic() + within
    while time.monotonic() < end:
        if not any(running_in(home).values()):
            return True
        time.sleep(0.05)
    return False


def kill(pids: list[int]) -> None:
    """``kill -9``, to exactly these; returns when they have let go of their files and locks."""
    assert pids
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    end = time.monotonic() + 10
    while any(_is_alive(pid) for pid in pids) and time.monotonic() < end:
        time.sleep(0.005)


def _is_alive(pid: int) -> bool:
    """A killed process keeps its files until the last of its threads has gone, though it counts as gone before."""
    threads = Path(f"/proc/{pid}/task")
    try:
        return any(_state(thread) not in "ZX" for thread in threads.iterdir())
    except (FileNotFoundError, ProcessLookupError):
        return False


def _state(thread: Path) -> str:
    try:
        return (thread / "stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return "X"


@pytest.fixture(scope="session")
def homes() -> Iterator[Callable[[], Path]]:
    """Makes fresh, empty homes that an ordinary user of this machine may reach."""
    made: list[Path] = []

    def make() -> Path:
        folder = Path(tempfile.mkdtemp(prefix="dreiklang-test-", dir="/tmp"))
        folder.chmod(0o711)
        made.append(folder)
        return folder / "home"

    yield make
    for folder in made:
        assert nothing_runs_in(folder / "home"), f"left behind: {running_in(folder / 'home')}"
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def migrated(homes: Callable[[], Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Path]]:
    """Homes with the tables of this version and nothing else: made once, then copied while nothing runs in them.

    The processes of a run share the one that was made first: to make every table takes 20 s.
    """
    shared = tmp_path_factory.getbasetemp()
    shared = shared.parent if "PYTEST_XDIST_WORKER" in os.environ else shared
    note, lock = shared / "migrated-home", (shared / "migrated-home.lock").open("w")
    first: list[Path] = []
    own: list[Path] = []

    def make() -> Path:
        if not first:
            with one_at_a_time(lock):
                found = Path(note.read_text()) if note.exists() else None
                if found is None:
                    found = homes()
                    done = dreiklang(found, "migrate")
                    assert done.returncode == 0, done.stderr
                    note.write_text(str(found))
                    own.append(found)
                    first.append(found)
                else:
                    first.append(copied(found, homes()))
        return copied(first[0], homes())

    yield make
    with one_at_a_time(lock):  # nobody copies it while it goes; whoever comes later makes their own
        if own:
            note.unlink()
    lock.close()


@contextlib.contextmanager
def one_at_a_time(lock: IO[str]) -> Iterator[None]:
    """Alone among the processes of this run."""
    fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(lock, fcntl.LOCK_UN)


def copied(home: Path, to: Path) -> Path:
    """A home as another one is, where nothing runs."""
    subprocess.run(["cp", "-a", home, to], check=True)
    shutil.rmtree(to / "run", ignore_errors=True)
    return to


@pytest.fixture(scope="session")
def kept_home(homes: Callable[[], Path]) -> Path:
    """One home for all tests that leave it stopped and whole."""
    return homes()


@pytest.fixture
def clients(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Path], Client]]:
    """Starts clients and ends those that a failed test left."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    started: list[Client] = []

    def start(home: Path) -> Client:
        client = Client(home)
        started.append(client)
        return client

    yield start
    for client in started:
        if client.process.poll() is None:
            client.kill()


@pytest.fixture
def house_user() -> identity.Identity:
    """Who owns the homes made here."""
    return identity.house_identity()


def database_of(home: Path) -> Path:
    """The data directory of the present major."""
    return Layout(home).database(binaries.major_of(binaries.present()))


def dreiklang(home: Path, *words: object) -> subprocess.CompletedProcess[str]:
    """Run the command as an operator would."""
    return subprocess.run(
        [sys.executable, "-m", "dreiklang", *map(str, words)],
        env=environment_of(home),
        capture_output=True,
        text=True,
        check=False,
    )


def inside(home: Path, script: str) -> str:
    """Run some lines inside the desk of a home, in a process of its own; returns what they print."""
    head = "from dreiklang.console.desk import open_desk\nwith open_desk():\n"
    done = subprocess.run(
        [sys.executable, "-c", head + textwrap.indent(textwrap.dedent(script), "    ")],
        env=environment_of(home),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
