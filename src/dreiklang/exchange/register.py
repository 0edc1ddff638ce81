"""The register of erasures: a file in the desk's home that no backup holds, so that a restore can do them again (P45).

A line names nobody: the person's number, and the moment and number of the first line of the journal about them, by
which a later person of that number is told apart. It is worth something only together with a backup. Read without
Django, before a restore changes anything.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dreiklang.exchange.models import Erasure

NAME = "erasures.jsonl"


@dataclass(frozen=True)
class Entry:
    """One erasure. ``first_line_at``: ISO 8601, UTC; empty where the journal says nothing about the person."""

    person: int
    first_line: int | None
    first_line_at: str
    erased_at: str


def entry_of(erasure: Erasure) -> Entry:
    """An erasure as the register tells of it."""
    assert erasure.done_at is not None
    return Entry(erasure.person_id, erasure.first_line, moment(erasure.first_line_at), moment(erasure.done_at))


def moment(at: datetime | None) -> str:
    """A moment as the register writes it."""
    return at.astimezone(UTC).isoformat() if at else ""


def read(path: Path) -> list[Entry]:
    """What a register says, each once; an empty list if there is no such file. Raises ValueError with the line."""
    if not path.exists():
        return []
    return list(dict.fromkeys(_entries(path)))


def _entries(path: Path) -> Iterator[Entry]:
    for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not text.strip():
            continue
        try:
            told = json.loads(text)
            yield Entry(int(told["person"]), told["first_line"], str(told["first_line_at"]), str(told["erased_at"]))
        except (ValueError, KeyError, TypeError) as wrong:
            raise ValueError(f"{path}, line {number}: {wrong}") from wrong


def add(path: Path, wanted: Iterable[Entry]) -> int:
    """Write what is missing, and see to it that it is on the disk; says how many. Safe to call again."""
    there = {(one.person, one.first_line) for one in read(path)}
    missing = [one for one in wanted if (one.person, one.first_line) not in there]
    if not missing:
        return 0
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "a", encoding="utf-8") as register:
        register.writelines(json.dumps(asdict(one)) + "\n" for one in missing)
        register.flush()
        os.fsync(register.fileno())
    return len(missing)
