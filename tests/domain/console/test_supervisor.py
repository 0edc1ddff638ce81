"""``serve`` restarts what dies and says so, ends in order, and leaves nothing behind even when it is killed."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.domain.console.conftest import environment_of

from dreiklang.console.answers import Refused
from dreiklang.console.serving.ports import require_free

SCRIPT = """
import os, signal, sys, time
from dreiklang.console.cluster import Lease
from dreiklang.console.serving.parts import Part
from dreiklang.console.serving.supervisor import supervise

def tell(word):
    with open(sys.argv[1], "a") as book:
        book.write(f"{word} {os.getpid()}\\n")

def part(name, dies_after=None):
    def run():
        def end(*_):
            tell(f"{name}-ended")
            sys.exit(0)
        signal.signal(signal.SIGTERM, end)
        tell(f"{name}-began")
        time.sleep(dies_after or 600)
        raise RuntimeError("a defect")
    return run

parts = [Part("web", part("web"), 1), Part("worker", part("worker"), 2), Part("doors", part("doors"), 3)]
if sys.argv[2] == "frail":
    parts.append(Part("frail", part("frail", 0.05), 3))
sys.exit(supervise(parts, Lease(None, None)))
"""


class Supervised:
    """A supervisor with three parts that note what becomes of them."""

    def __init__(self, book: Path, kind: str = "sound") -> None:
        self.book = book
        self.process = subprocess.Popen(
            [sys.executable, "-c", SCRIPT, str(book), kind], stderr=subprocess.PIPE, text=True
        )

    def noted(self, pattern: str, count: int = 1) -> list[str]:
        """Wait for so many lines of a kind; returns the pids that wrote them."""
        end = time.monotonic() + 15
        while time.monotonic() < end:
            found = re.findall(rf"^{pattern} (\d+)$", self.book.read_text() if self.book.exists() else "", re.M)
            if len(found) >= count:
                return found
            time.sleep(0.02)
        raise AssertionError(f"{pattern} not noted {count} times in: {self.book.read_text()}")


@pytest.fixture
def supervised(tmp_path):
    started = []

    def start(kind="sound"):
        one = Supervised(tmp_path / "book", kind)
        started.append(one)
        return one

    yield start
    for one in started:
        if one.process.poll() is None:
            one.process.kill()
        one.process.communicate()


def is_alive(pid: str) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def test_a_part_that_is_killed_is_started_again_and_it_is_said(supervised):
    one = supervised()
    (first,) = one.noted("worker-began")
    os.kill(int(first), signal.SIGKILL)
    assert len(one.noted("worker-began", 2)) == 2
    one.process.send_signal(signal.SIGTERM)
    _, said = one.process.communicate(timeout=20)
    assert "worker ended (killed by signal 9, SIGKILL); it is started again in 0.2 s." in said
    assert one.process.returncode == 0


def test_a_part_that_keeps_dying_is_tried_again_ever_more_slowly(supervised):
    one = supervised("frail")
    one.noted("frail-began", 4)
    one.process.send_signal(signal.SIGTERM)
    _, said = one.process.communicate(timeout=20)
    assert re.findall(r"frail ended \(exit code 1\); it is started again in ([\d.]+) s", said)[:3] == [
        "0.2",
        "0.4",
        "0.8",
    ]
    assert "RuntimeError: a defect" in said


def test_the_parts_end_in_order_doors_first_screens_last(supervised):
    one = supervised()
    for name in ("web", "worker", "doors"):
        one.noted(f"{name}-began")
    one.process.send_signal(signal.SIGINT)
    assert one.process.wait(20) == 0
    ended = re.findall(r"^(\w+)-ended", one.book.read_text(), re.M)
    assert ended == ["doors", "worker", "web"]


def test_when_the_supervisor_is_killed_its_parts_end_too(supervised):
    one = supervised()
    pids = [one.noted(f"{name}-began")[0] for name in ("web", "worker", "doors")]
    one.process.kill()
    one.process.wait()
    for name in ("web", "worker", "doors"):
        one.noted(f"{name}-ended")
    end = time.monotonic() + 5
    while any(is_alive(pid) for pid in pids):
        assert time.monotonic() < end
        time.sleep(0.02)


def test_the_port_above_in_use_says_why_it_is_needed():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(Refused, match=f"Port {port} .* Besides {port - 1}, the desk needs the port above it"):
            require_free("127.0.0.1", port, beside=port - 1)


@pytest.mark.parametrize("verb", ["serve", "web", "live"])
def test_a_port_in_use_is_one_clear_line(tmp_path, verb):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        told = subprocess.run(
            [sys.executable, "-m", "dreiklang", verb, "--port", str(port)],
            env=environment_of(tmp_path / "home"),
            capture_output=True,
            text=True,
            check=False,
        )
    assert told.returncode == 69
    assert told.stderr == (
        f"dreiklang: Port {port} on 127.0.0.1 is in use by another program; choose another with --port.\n"
    )
    assert not (tmp_path / "home").exists()
