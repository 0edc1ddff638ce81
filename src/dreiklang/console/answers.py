"""How a command answers: one line of JSON for programs, words for people, an exit code for scripts."""

from __future__ import annotations

import json
import sys
from typing import Any

DONE = 0
ANSWER_IS_NO = 1
USAGE = 2
BAD_DATA = 65
NOT_THERE = 69
TRY_LATER = 75


class Refused(Exception):
    """A command cannot do what was asked; the message is one plain line, ``code`` the exit code."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


def say(answer: dict[str, Any], words: str, *, as_json: bool) -> None:
    """Print one answer: the object on one line, or the words. Half a character that no UTF-8 can write is escaped."""
    line = json.dumps(answer, ensure_ascii=False, separators=(",", ":")) if as_json else words
    print(line.encode("utf-8", "backslashreplace").decode(), flush=True)


def tell(message: str) -> None:
    """Tell the operator something beside the answer, on standard error."""
    line = f"dreiklang: {message}".encode("utf-8", "backslashreplace").decode()
    print(line, file=sys.stderr, flush=True)
