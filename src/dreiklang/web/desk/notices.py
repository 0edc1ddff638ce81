"""What must be seen before anything is done on a ticket."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Notice:
    """Something that must be seen before anything is done, with a button where one helps."""

    words: str
    tone: str
    icon: str
    url: str = ""
    button: str = ""
    link: str = ""
    link_words: str = ""
