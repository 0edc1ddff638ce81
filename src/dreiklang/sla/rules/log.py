"""What can happen to a promise, and what a clock tells of how it counted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from dreiklang.sla.rules.agreement import Priority, Terms


class Type(StrEnum):
    """What happened. ``terms``: another agreement holds from now, or its calendar has other hours. ``discarded``: it
    was no request at all, or goes on in another ticket; nothing is owed on this one any more."""

    OPENED = "opened"
    PRIORITY = "priority"
    REPLIED = "replied"
    PENDING = "pending"
    RESUMED = "resumed"
    HANDOVER = "handover"
    RESOLVED = "resolved"
    REOPENED = "reopened"
    CLOSED = "closed"
    TERMS = "terms"
    DISCARDED = "discarded"


#: What sets the scene even if it happened before the ticket was opened; anything else then counts for nothing.
SETS_THE_SCENE = frozenset({Type.PRIORITY, Type.PENDING, Type.RESUMED, Type.HANDOVER, Type.TERMS})


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of the log; what a type does not need stays None."""

    at: datetime
    type: Type
    priority: Priority = None
    reason: str | None = None
    level: int | None = None
    kind: str | None = None
    terms: Terms | None = None


class Step(NamedTuple):
    """What a clock counted or heard, for 'why is it so?'.

    A span: from ``at`` to ``until``, ``what`` is ``used``, ``paused``, ``elsewhere`` (another level had it) or
    ``settled``, ``seconds`` the working time in it. An event: ``until`` is None and ``what`` the type; ``said`` has
    its priority, reason or level.
    """

    at: datetime
    until: datetime | None
    what: str
    seconds: float = 0
    said: str = ""


def in_order(log: Iterable[Happening]) -> list[Happening]:
    """By time; of the same moment the opening first, the others as they were written."""
    return sorted(log, key=lambda happening: (happening.at, happening.type is not Type.OPENED))
