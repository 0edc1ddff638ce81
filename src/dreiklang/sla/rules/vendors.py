"""What vendors were asked and when they answered, from what happened on a ticket; and when they are chased. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

from dreiklang.calendars.rules import WorkingCalendar, add_working_time

ASKED: Final = "asked"
ANSWERED: Final = "answered"
OVER: Final = "over"


class Deed(NamedTuple):
    """Something that begins or ends a wait; ``vendor`` None: of whichever vendor."""

    at: datetime
    what: str
    vendor: int | None = None


@dataclass(frozen=True)
class Wait:
    """A vendor was asked; ``ended_at`` None: no answer yet. ``was_answered``: ended by the vendor's own answer."""

    vendor: int
    asked_at: datetime
    ended_at: datetime | None = None
    was_answered: bool = False


class Reminder(NamedTuple):
    """When own staff is reminded that a vendor is silent, and whom to ask next; "" where only the time is over."""

    at: datetime
    contact: str


def waits_of(deeds: Iterable[Deed]) -> list[Wait]:
    """Every wait of a ticket in the order of asking. Who was asked already and has not answered is not asked anew."""
    running: dict[int, datetime] = {}
    found: list[Wait] = []

    def end(vendor: int, at: datetime, *, answered: bool) -> None:
        found.append(Wait(vendor, running.pop(vendor), at, answered))

    for deed in sorted(deeds, key=lambda deed: deed.at):
        if deed.what == ASKED and deed.vendor is not None:
            running.setdefault(deed.vendor, deed.at)
        elif deed.what == ANSWERED and deed.vendor in running:
            end(deed.vendor, deed.at, answered=True)
        elif deed.what == OVER:
            for vendor in list(running):
                end(vendor, deed.at, answered=False)
    found += [Wait(vendor, at) for vendor, at in running.items()]
    return sorted(found, key=lambda wait: (wait.asked_at, wait.vendor))


def reminders_of(
    ladder: Sequence[Mapping[str, Any]], hours: WorkingCalendar, *, asked_at: datetime, due_at: datetime | None
) -> list[Reminder]:
    """When a silent vendor is chased: after each rung's working minutes since the asking, and when it is late."""
    found = [
        Reminder(add_working_time(hours, asked_at, rung["after_minutes"] * 60), rung["contact"]) for rung in ladder
    ]
    if due_at is not None:
        found.append(Reminder(due_at, ""))
    return sorted(found)
