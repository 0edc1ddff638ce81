"""A line of a table, understood. Plain."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Planned:
    """What one line becomes, or why it is refused. ``makes_person``: the address of somebody who is not there yet."""

    line: int
    title: str
    words: str = ""
    reference: str = ""
    errors: list[str] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    makes_person: str = ""
