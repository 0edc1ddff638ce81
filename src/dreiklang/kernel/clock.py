"""The one clock of the house: nobody else asks the system for the time, so tests and demo histories can set it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_standing_at: ContextVar[datetime | None] = ContextVar("dreiklang_clock", default=None)


def now() -> datetime:
    """The present moment in UTC, or the one the clock was set to."""
    return _standing_at.get() or datetime.now(UTC)


@contextmanager
def standing_at(moment: datetime) -> Iterator[None]:
    """Stop the clock at a moment (with zone) for the length of a block. For tests and for histories made afterwards."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    token = _standing_at.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _standing_at.reset(token)
