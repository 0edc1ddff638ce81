"""Odd mails are understood in a child process with little time and memory; the queue goes on (P04).

Usual mails are read in this process: 1 ms each, where the way to a child and back costs as much again. Measured over
a hundred hostile mails of one megabyte, the slowest takes two seconds and 170 MiB in all, because every rule of
`parsing` is linear and limited. The child is for what is larger or stranger than that, and for faults not yet known:
it may run out of time or memory, or fall over, and the answer is a `Failure` instead of a dead worker.
"""

from __future__ import annotations

import contextlib
import io
import pickle
import queue
import resource
import selectors
import signal
import struct
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import IO, Any, Final

from .parsing import ParsedMail, parse_mail

CPU_SECONDS: Final = 10
MEMORY_MIB: Final = 256
USUAL_BYTES: Final = 1_048_576
USUAL_TAGS: Final = 20_000
USUAL_BOUNDARIES: Final = 500
_LENGTH = struct.Struct(">QdI")
_ANSWER_LENGTH = struct.Struct(">Q")


@dataclass(frozen=True, slots=True)
class Failure:
    """The mail could not be understood within the limits; it goes to quarantine with this code."""

    code: str
    """`cpu`, `memory`, `time` or `crashed`."""
    detail: str


def parse_guarded(raw: bytes) -> ParsedMail | Failure:
    """Understand a mail: here if it is of usual size and make, otherwise in a limited child."""
    if is_usual(raw):
        return parse_mail(raw)
    return parse_in_child(raw)


def is_usual(raw: bytes) -> bool:
    """Whether a mail is small and plain enough to be read in this process."""
    return len(raw) <= USUAL_BYTES and raw.count(b"<") <= USUAL_TAGS and raw.count(b"\n--") <= USUAL_BOUNDARIES


def parse_in_child(raw: bytes, cpu_seconds: float = CPU_SECONDS, memory_mib: int = MEMORY_MIB) -> ParsedMail | Failure:
    """Understand a mail in a child process that may use so much and no more; a dead child is replaced."""
    child = _borrowed()
    try:
        answer = child.ask(raw, cpu_seconds, memory_mib)
    except BaseException:
        child.end()
        raise
    if child.is_alive():
        _idle.put(child)
    return answer


_idle: queue.SimpleQueue[_Child] = queue.SimpleQueue()


def _borrowed() -> _Child:
    while True:
        try:
            child = _idle.get_nowait()
        except queue.Empty:
            return _Child()
        if child.is_alive():
            return child
        child.end()


def end_children() -> None:
    """End the idle children, for a clean shutdown and for tests."""
    while True:
        try:
            _idle.get_nowait().end()
        except queue.Empty:
            return


class _Child:
    """One child process that reads mails until it is ended or dies of one."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(  # noqa: S603 - our own module, no shell, no foreign words
            [sys.executable, "-m", __name__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PYTHONPATH": ":".join(path for path in sys.path if path), "LANG": "C.UTF-8"},
        )

    def is_alive(self) -> bool:
        return self.process.poll() is None

    def end(self) -> None:
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
        if self.is_alive():
            self.process.kill()
        self.process.wait()

    def ask(self, raw: bytes, cpu_seconds: float, memory_mib: int) -> ParsedMail | Failure:
        stdin, stdout = self.process.stdin, self.process.stdout
        if stdin is None or stdout is None:
            return Failure("crashed", "no pipe to the child")
        try:
            stdin.write(_LENGTH.pack(len(raw), cpu_seconds, memory_mib))
            stdin.write(raw)
            stdin.flush()
            answer = self.answer(stdout, wait=cpu_seconds * 3 + 5)
        except (OSError, EOFError):
            answer = None
        if answer is None:
            timed_out = self.is_alive() and not self.ended_by_itself()
            self.end()
            return _failure_of(self.process.returncode, timed_out=timed_out)
        return answer

    def ended_by_itself(self) -> bool:
        """A child that closed its pipe is about to end: wait for its exit status."""
        try:
            self.process.wait(timeout=1)
        except subprocess.TimeoutExpired:
            return False
        return True

    def answer(self, stdout: IO[bytes], *, wait: float) -> ParsedMail | Failure | None:
        """What the child says, or None if it says nothing in time; a busy machine gets three times the limit."""
        deadline = time.monotonic() + wait
        with selectors.DefaultSelector() as selector:
            selector.register(stdout, selectors.EVENT_READ)
            if not selector.select(max(0.0, deadline - time.monotonic())):
                return None
        head = stdout.read(_ANSWER_LENGTH.size)
        if len(head) < _ANSWER_LENGTH.size:
            return None
        (length,) = _ANSWER_LENGTH.unpack(head)
        body = stdout.read(length)
        if len(body) < length:
            return None
        found = _Reader(io.BytesIO(body)).load()
        return found if isinstance(found, ParsedMail | Failure) else None


class _Reader(pickle.Unpickler):
    """Accepts the values of `parsing` and of this module only, whatever a child sends."""

    def find_class(self, module: str, name: str) -> Any:
        is_ours = module.startswith("dreiklang.channels.mail.inbound.") and name[:1].isupper()
        if is_ours or (module == "datetime" and name in {"datetime", "timezone", "timedelta"}):
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name}")


def _failure_of(returncode: int | None, *, timed_out: bool) -> Failure:
    if timed_out:
        return Failure("time", "no answer in time")
    if returncode == -signal.SIGPROF:
        return Failure("cpu", "used up its processor time")
    if returncode == 3:
        return Failure("memory", "used up its memory")
    return Failure("crashed", f"ended with {returncode}")


def serve() -> None:
    """The child's whole life: a length, limits and a mail in; an answer out."""
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    while head := source.read(_LENGTH.size):
        if len(head) < _LENGTH.size:
            return
        length, cpu_seconds, memory_mib = _LENGTH.unpack(head)
        try:
            _limit(cpu_seconds, memory_mib)
            raw = source.read(length)
            answer = pickle.dumps(parse_mail(raw), protocol=5)
            sink.write(_ANSWER_LENGTH.pack(len(answer)))
            sink.write(answer)
            sink.flush()
        except MemoryError:
            sys.exit(3)


def _limit(cpu_seconds: float, memory_mib: int) -> None:
    """Address space in all, and so many seconds from now on; the kernel ends a child that takes more.

    The seconds are counted by ITIMER_PROF, whose signal ends the child: unlike RLIMIT_CPU it knows parts of a second
    and begins anew with every mail.
    """
    signal.setitimer(signal.ITIMER_PROF, cpu_seconds)
    resource.setrlimit(resource.RLIMIT_AS, (memory_mib * 1_048_576, resource.RLIM_INFINITY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    serve()
