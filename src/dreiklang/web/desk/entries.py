"""One entry of the conversation, whatever kind of words or deed it is: what a template needs, no table behind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

REQUESTER, OUTWARD, INTERNAL, THIRD, RELAY, CHECK, STROKE, LINE = (
    "requester",
    "outward",
    "internal",
    "third",
    "relay",
    "check",
    "stroke",
    "line",
)
ICONS = {OUTWARD: "send", INTERNAL: "lock", THIRD: "mail-forward", RELAY: "corner-down-right"}


@dataclass(frozen=True)
class Entry:
    """``kind`` decides on colour, edge and sign; ``anchor`` is what a mark of the staff leads to."""

    anchor: str
    kind: str
    at: datetime
    author: str = ""
    level: int | None = None
    text: str = ""
    quoted: str = ""
    rich: str = ""  # the same with its look, cleaned, if it was composed here with one
    linked: str = ""  # the text as HTML, if it names other tickets
    words: str = ""  # who reads it, or what was done, in a few words
    channel: str = ""
    facts: Sequence[tuple[str, str]] = ()
    steps: Sequence[Mapping[str, Any]] = ()
    files: Sequence[Any] = ()
    record: Any = None
    original: str = ""  # address of the sandboxed original, if there is one
    state: str = ""  # waiting, failed, held, offered …
    goes_down: bool = False
    ticket_id: int | None = None  # where a line of the journal belongs
    origin: str = ""  # number of the other ticket it was said on
    also: str = ""  # number of the other ticket on which it stands as well

    @property
    def icon(self) -> str:
        """Stands before who reads it."""
        return ICONS.get(self.kind, "")

    @property
    def is_card(self) -> bool:
        """Words stand on a card; deeds are one line."""
        return self.kind in (REQUESTER, OUTWARD, INTERNAL, THIRD, RELAY)


@dataclass
class Day:
    """A day of the conversation with its entries; past days can be folded to one line that counts them."""

    date: datetime
    entries: list[Entry] = field(default_factory=list)
    is_folded: bool = False

    @property
    def outward(self) -> int:
        """How many entries somebody outside reads or wrote."""
        return sum(e.kind in (OUTWARD, REQUESTER) for e in self.entries)

    @property
    def internal(self) -> int:
        """How many entries stay inside."""
        return sum(e.kind in (INTERNAL, RELAY, THIRD) for e in self.entries)

    @property
    def deeds(self) -> int:
        """How many checks, handovers and automatic lines."""
        return len(self.entries) - self.outward - self.internal


def by_day(entries: Sequence[Entry], zone: Any, *, open_entries: int = 12) -> list[Day]:
    """Entries grouped by local day; days before the last ``open_entries`` entries are folded."""
    days: list[Day] = []
    for entry in entries:
        date = entry.at.astimezone(zone)
        if not days or days[-1].date.date() != date.date():
            days.append(Day(date))
        days[-1].entries.append(entry)
    kept = 0
    for day in reversed(days):
        day.is_folded = kept >= open_entries
        kept += len(day.entries)
    return days
