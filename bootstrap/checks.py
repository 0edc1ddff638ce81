"""`make test` and `make check`: one line a part with its seconds, what failed in full, and a sum at the end.

A part that could not run is red. The words of every part are kept in `var/check/`.
"""

import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import debian_cluster
import system
from words import PYTHON, ROOT, VENV, Missing, say

BIN = VENV / "bin"
LOGS = ROOT / "var" / "check"
SUITE = ("rules", "domain", "web", "api", "house")
OUTCOME = re.compile(r"(\d+) (passed|failed|errors?|skipped|xfailed|xpassed)\b")
#: Part of each promise's full figure that the tests of a check run; alone they run a hundredth (``tests/share.py``).
SHARE = {"DREIKLANG_PROMISES": "0.1"}


@dataclass
class Result:
    """What became of one part."""

    name: str
    passed: int = 0
    failed: int = 0
    seconds: float = 0.0
    log: Path | None = None
    notes: list[str] = field(default_factory=list)


class Board:
    """Runs parts one after the other and remembers how they ended."""

    def __init__(self):
        self.results = []
        LOGS.mkdir(parents=True, exist_ok=True)
        self.environment = {
            key: value
            for key, value in os.environ.items()
            if key not in {"DATABASE_URL", "DREIKLANG_HOME", "DREIKLANG_DB_ROLE", "PYTHONPATH", "PYTEST_ADDOPTS"}
        }
        self.environment["PATH"] = f"{BIN}{os.pathsep}{self.environment.get('PATH', '/usr/bin:/bin')}"
        self.environment["PYTHONDONTWRITEBYTECODE"] = "1"

    def part(self, name, command, *, counted=False, limit=900, **environment):
        """One part: a program that ends with 0; ``counted`` = pytest, whose own numbers go into the sum."""
        result = Result(name, log=LOGS / f"{name.replace(' ', '-')}.log")
        started = time.monotonic()
        with open(result.log, "w", encoding="utf-8") as log:
            code = self.run(command, log, limit, {**self.environment, **environment})
        words = result.log.read_text(encoding="utf-8", errors="replace")
        if counted:
            count(result, words)
        if code or (counted and not result.passed):
            result.failed = max(result.failed, 1)
        elif not counted:
            result.passed = 1
        result.seconds = time.monotonic() - started
        self.show(result, words)

    def run(self, command, log, limit, environment):
        """The exit code of a program; 124 where it took too long, 127 where it is not there."""
        try:
            child = subprocess.Popen(
                [str(word) for word in command],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=environment,
                start_new_session=True,
            )
        except OSError as wrong:
            log.write(f"could not run: {wrong}\n")
            return 127
        try:
            return child.wait(limit)
        except (subprocess.TimeoutExpired, KeyboardInterrupt) as cut:
            for sign in (15, 9):
                try:
                    os.killpg(child.pid, sign)
                    child.wait(15)
                    break
                except (ProcessLookupError, subprocess.TimeoutExpired):
                    continue
            if isinstance(cut, KeyboardInterrupt):
                raise
            log.write(f"\nnot done after {limit} seconds: stopped\n")
            return 124

    def red(self, name, why):
        """A part that could not run."""
        self.show(Result(name, failed=1), why)

    def show(self, result, words):
        """The part's line; where it is red, the end of what it said."""
        self.results.append(result)
        mark = "FAILED" if result.failed else "ok"
        counts = f"{result.passed} passed, {result.failed} failed" if result.passed + result.failed > 1 else ""
        say(f"{result.name:<34} {mark:<7} {result.seconds:7.1f} s  {counts}".rstrip())
        if result.failed:
            say("\n".join("    " + line for line in words.strip().splitlines()[-60:]))

    def close(self):
        """The sum as the last line; the exit code."""
        passed = sum(result.passed for result in self.results)
        failed = sum(result.failed for result in self.results)
        red = [result.name for result in self.results if result.failed]
        if red:
            say("Red: " + ", ".join(red))
        say(f"{passed} passed, {failed} failed")
        return 1 if failed or not passed else 0


def count(result, words):
    """pytest's own sum. Whatever was skipped did not run, and is red."""
    tail = next((line for line in reversed(words.splitlines()) if OUTCOME.search(line)), "")
    found = {kind.rstrip("s") if kind.startswith("error") else kind: int(n) for n, kind in OUTCOME.findall(tail)}
    result.passed = found.get("passed", 0)
    result.failed = sum(found.get(kind, 0) for kind in ("failed", "error", "skipped", "xfailed", "xpassed"))


def pytest(*arguments):
    """pytest as every part calls it."""
    return [PYTHON, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]


def folders(*names):
    """The folders of the suite that have tests."""
    return [f"tests/{name}" for name in names if any((ROOT / "tests" / name).rglob("test_*.py"))]


def suite(board, name, *selection, **environment):
    """The tests on the embedded database, in two processes."""
    command = pytest("-n", "2", *selection, *folders(*SUITE))
    board.part(name, command, counted=True, limit=1800, **environment)


def test(board):
    """The suite as anybody can run it; what needs a mail server of the system's packages is left to `make check`."""
    suite(board, "tests, embedded PostgreSQL", "-m", "not dovecot and not slapd")


def check(board):
    """Everything that has to hold before a change is offered."""
    system.install_absent()
    suite(board, "tests, a tenth of each promise", **SHARE)
    board.part("format", [BIN / "ruff", "format", "--check", "."])
    board.part("lint", [BIN / "ruff", "check", "."])
    board.part("types", [BIN / "mypy"], DREIKLANG_HOME=str(ROOT / "var" / "types"))
    board.part("floors and rooms", [BIN / "lint-imports"])
    board.part(
        "migrations",
        [PYTHON, "-m", "django", "makemigrations", "--check", "--dry-run"],
        DJANGO_SETTINGS_MODULE="dreiklang.config.settings",
        DREIKLANG_HOME=str(ROOT / "var" / "types"),
    )
    board.part("translations", [PYTHON, "bootstrap/translations.py", "check"])
    board.part("wheel", [PYTHON, "bootstrap/wheel.py"])
    journeys(board)
    debian(board)


def journeys(board):
    """Whole ways through the desk, in a real browser and over real mail servers."""
    lacking = [what for what in system.absent() if not what.startswith("PostgreSQL")]
    if lacking:
        board.red("journeys", "could not run; missing: " + ", ".join(lacking))
    elif not folders("journeys"):
        board.red("journeys", "there are no tests in tests/journeys")
    else:
        board.part("journeys", pytest(*folders("journeys")), counted=True)


def debian(board):
    """The part of the suite that speaks to the database, on the system's PostgreSQL."""
    try:
        with debian_cluster.running() as (url, major):
            board.part(
                f"domain, system's PostgreSQL {major}",
                pytest("-n", "2", "--ignore=tests/domain/console", *folders("upgrade", "domain")),
                counted=True,
                DATABASE_URL=url,
            )
    except (Missing, OSError, subprocess.SubprocessError) as missing:
        board.red("domain, system's PostgreSQL", str(missing))


def main(arguments):
    """Entry for make."""
    started = time.monotonic()
    board = Board()
    {"test": test, "check": check}[arguments[0]](board)
    say(f"{time.monotonic() - started:.0f} seconds; the words of every part are in var/check/")
    return board.close()


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
