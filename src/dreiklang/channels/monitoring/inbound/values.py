"""Careful reading of what programs send: texts with limits, moments in all usual forms, paths into objects."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from dreiklang.channels.monitoring.rules import CLEARED, FIRING

SEVERITIES: Final = ("critical", "warning", "info")
_SEVERITY_WORDS: Final = {
    "critical": ("critical", "crit", "error", "err", "disaster", "high", "emergency", "fatal", "page", "major", "down",
                 "unreachable", "2", "p1"),
    "info": ("info", "information", "informational", "none", "not classified", "notice", "low", "debug", "p4"),
}  # fmt: skip
_CLEARED_WORDS: Final = frozenset(
    {"resolved", "ok", "up", "recovery", "recovered", "cleared", "clear", "closed", "normal", "0", "false", "green",
     "inactive", "r", "solved", "good"}
)  # fmt: skip
_FIRING_WORDS: Final = frozenset(
    {"firing", "problem", "critical", "warning", "unknown", "down", "unreachable", "alert", "alerting", "open", "1",
     "2", "3", "true", "red", "yellow", "active", "error", "triggered", "crit", "warn", "failed", "bad"}
)  # fmt: skip
_KEY_PARTS: Final = re.compile(r"[^.\[\]]+")
LONGEST_TEXT: Final = 20_000


class Unreadable(ValueError):
    """A payload that is not what its kind sends; ``code`` says what is wrong, ``where`` names the field."""

    def __init__(self, code: str, where: str = "") -> None:
        super().__init__(code)
        self.code, self.where = code, where


def mapping_at(value: Any, where: str = "") -> Mapping[str, Any]:
    """An object, or Unreadable."""
    if not isinstance(value, dict):
        raise Unreadable("not_an_object", where)
    return value


def text_at(values: Mapping[str, Any], *names: str, longest: int = 300) -> str:
    """The first of some fields that says something, as one line of readable text."""
    for name in names:
        value = values.get(name)
        if isinstance(value, str | int | float) and not isinstance(value, bool) and str(value).strip():
            return one_line(str(value), longest)
    return ""


def one_line(text: str, longest: int) -> str:
    """A text without line breaks and control characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:longest]


def lines(text: Any) -> str:
    """A text of several lines without other control characters."""
    said = str(text) if isinstance(text, str | int | float) and not isinstance(text, bool) else ""
    return "".join(c for c in said if c.isprintable() or c in "\n\t")[:LONGEST_TEXT].strip()


def moment(value: Any) -> datetime | None:
    """A moment told as ISO 8601 or as seconds, milliseconds or microseconds since 1970; None if it tells none.

    Years before 1990 are how Go writes 'never' (0001-01-01), not a moment. A time without zone is UTC.
    """
    found: datetime | None = None
    if isinstance(value, str) and re.fullmatch(r"\d{9,17}(\.\d+)?", value.strip()):
        value = float(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        found = _since_1970(float(value))
    elif isinstance(value, str) and value.strip():
        found = _written(value.strip())
    return found if found and 1990 <= found.year <= 2200 else None


def _since_1970(number: float) -> datetime | None:
    while number > 1e11:  # milli- or microseconds
        number /= 1_000
    try:
        return datetime.fromtimestamp(number, UTC)
    except (OverflowError, OSError, ValueError):
        return None


def _written(text: str) -> datetime | None:
    text = re.sub(r"(\.\d{6})\d+", r"\1", text.replace(" UTC", "Z"))
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    try:
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except OverflowError:
        return None


def not_later(at: datetime | None, received_at: datetime) -> datetime:
    """The told moment; one that lies ahead (a wrong clock) or is missing counts as now."""
    return received_at if at is None or at > received_at + timedelta(minutes=5) else at


def state_of(word: str) -> str:
    """Firing or cleared, from the words that programs use. Raises Unreadable for any other word."""
    folded = word.strip().lower()
    if folded in _CLEARED_WORDS:
        return CLEARED
    if folded in _FIRING_WORDS:
        return FIRING
    raise Unreadable("unknown_state", word[:60])


def severity_of(word: str) -> str:
    """One of three severities; what is not known is a warning."""
    folded = word.strip().lower()
    return next((severity for severity, words in _SEVERITY_WORDS.items() if folded in words), "warning")


def fingerprint_of(parts: Iterable[tuple[str, str]]) -> str:
    """A fingerprint from what makes a trouble the same: names and values, in any order."""
    told = "\x1f".join(f"{name}\x1e{value}" for name, value in sorted(parts))
    return hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:32]


def at_path(payload: Any, path: str) -> Any:
    """What stands at ``a.b[0].c`` in a payload; None if nothing does. A path reads keys and places, nothing else."""
    found = payload
    for part in _KEY_PARTS.findall(path):
        if isinstance(found, dict):
            found = found.get(part)
        elif isinstance(found, list) and part.isdigit() and int(part) < len(found):
            found = found[int(part)]
        else:
            return None
    return found
