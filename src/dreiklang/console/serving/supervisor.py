"""The supervisor: forks the parts, forks a dead one again, ends them in order, and says what it does."""

from __future__ import annotations

import gc
import os
import signal
import time
from dataclasses import dataclass

from dreiklang.console import cluster
from dreiklang.console.answers import tell
from dreiklang.console.serving.parts import Part, start
from dreiklang.console.serving.ports import is_listening

_FIRST_DELAY, _LONGEST_DELAY = 0.2, 30.0
_HEALTHY_SECONDS = 60.0
_PATIENCE_SECONDS = 25.0
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD)


@dataclass
class Running:
    """One part as it runs now, or waits to be started again."""

    part: Part
    pid: int = 0
    started: float = 0.0
    due: float = 0.0
    delay: float = _FIRST_DELAY


@dataclass(frozen=True)
class Greeting:
    """What to say when an address answers."""

    words: str
    host: str
    port: int


def supervise(parts: list[Part], lease: cluster.Lease, greeting: Greeting | None = None) -> int:
    """Keep the parts running until SIGINT or SIGTERM; returns the exit code. The greeting is said once the desk
    can be reached.
    """
    for part in parts:
        part.load()
    signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    _freeze()
    running = [Running(part) for part in parts]
    while True:
        _start_due(running)
        arrived = signal.sigtimedwait(_SIGNALS, 0.1 if greeting else 1.0)
        _collect(running)
        if greeting and is_listening(greeting.host, greeting.port):
            tell(greeting.words)
            greeting = None
        if arrived is not None and arrived.si_signo in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            _end_all(running)
            return 0
        if lease.renew():
            tell("The database had ended unexpectedly and was started again.")


def _freeze() -> None:
    """Leave everything made so far out of garbage collection, so that its pages stay shared with the
    children.
    """
    gc.collect()
    gc.freeze()


def _start_due(running: list[Running]) -> None:
    now = time.monotonic()
    for one in running:
        if one.pid == 0 and now >= one.due:
            one.pid, one.started = start(one.part), now


def _collect(running: list[Running]) -> None:
    """Take in who has died, and plan when to start it again."""
    for one in running:
        if one.pid == 0:
            continue
        ended, status = os.waitpid(one.pid, os.WNOHANG)
        if ended == 0:
            continue
        now = time.monotonic()
        if now - one.started > _HEALTHY_SECONDS:
            one.delay = _FIRST_DELAY
        one.pid, one.due = 0, now + one.delay
        tell(f"{one.part.name} ended ({_in_words(status)}); it is started again in {one.delay:g} s.")
        one.delay = min(one.delay * 2, _LONGEST_DELAY)


def _in_words(status: int) -> str:
    code = os.waitstatus_to_exitcode(status)
    return f"killed by signal {-code}, {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


def _end_all(running: list[Running]) -> None:
    """End the parts in order: what takes work in first, what shows it last."""
    for rank in sorted({one.part.rank for one in running}, reverse=True):
        names = {one.pid: one.part.name for one in running if one.part.rank == rank and one.pid}
        for pid in names:
            os.kill(pid, signal.SIGTERM)
        _wait_or_kill(names)


def _wait_or_kill(names: dict[int, str]) -> None:
    """Wait for some processes; who does not end in time is ended, and named."""
    end = time.monotonic() + _PATIENCE_SECONDS
    left = set(names)
    while left:
        left -= {pid for pid in left if os.waitpid(pid, os.WNOHANG)[0]}
        if left and time.monotonic() > end:
            for pid in left:
                tell(f"{names[pid]} did not end within {_PATIENCE_SECONDS:g} s and was killed.")
                os.kill(pid, signal.SIGKILL)
            end = float("inf")
        time.sleep(0.02)
