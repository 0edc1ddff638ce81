"""How the set-up and the checks speak: plain lines, and one way to stop with a reason."""

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMPS = VENV / "stamps"


class Missing(Exception):
    """Something this machine lacks, said in one plain line that also says what to do."""


def say(line):
    """One plain line for whoever waits."""
    print(line, flush=True)


def stop(line):
    """End with a reason instead of a stack trace. 69 = something that is needed is not there."""
    print(line, file=sys.stderr, flush=True)
    sys.exit(69)


def run(command, what, **kwargs):
    """Run a program quietly; where it fails, raise ``Missing`` with the end of what it said and ``what``."""
    started = time.monotonic()
    done = subprocess.run(
        [str(part) for part in command],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        **kwargs,
    )
    if done.returncode:
        tail = "\n".join(done.stdout.strip().splitlines()[-12:])
        raise Missing(f"{tail}\n{what}")
    return time.monotonic() - started
