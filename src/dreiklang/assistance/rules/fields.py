"""What is proposed, which functions can be switched, and when a proposal is sure enough."""

from __future__ import annotations

from typing import Final

CATEGORY, KIND, SERVICE, PRIORITY, TEAM = "category", "kind", "service", "priority", "team"
#: Fields that are learned from texts, in the order in which they are shown.
LEARNED: Final = (CATEGORY, KIND, SERVICE, PRIORITY, TEAM)
LIKE, MACRO = "like", "macro"
#: What can be switched off by itself, beside the fields.
FUNCTIONS: Final = (*LEARNED, LIKE, MACRO)

#: A class is proposed from the probability on at which it was right so often before; else it is silent.
SHOWN_PRECISION: Final = 0.8
#: With fewer predictions of a class than this, the threshold of all classes counts for it.
ENOUGH_OF_CLASS: Final = 12
#: With fewer solved tickets than this the model knows the desk by its names alone, and says so.
ENOUGH_SOLVED: Final = 60
#: What is known by names alone is a guess; it is shown from this share on.
GUESS_FROM: Final = 0.3
#: A class that people refused more often than not, of at least so many decisions, is silent until it is learned anew.
ENOUGH_DECISIONS: Final = 10


def is_refused(taken: int, dismissed: int) -> bool:
    """Whether people do not want a class to be proposed."""
    return taken + dismissed >= ENOUGH_DECISIONS and dismissed > taken


def scale_of(impact: int, urgency: int) -> str:
    """Impact and urgency as one class."""
    return f"{impact}-{urgency}"


def scales(label: str) -> tuple[int, int]:
    """Impact and urgency of such a class."""
    impact, _dash, urgency = label.partition("-")
    return int(impact), int(urgency)


def without_name(text: str, name: str) -> str:
    """A text without the words of a person's name: who asks is no reason for what it is about."""
    words = {part.strip(",.").lower() for part in name.split() if len(part) > 1}
    return " ".join(word for word in text.split() if word.strip(",.;:!?()").lower() not in words)
