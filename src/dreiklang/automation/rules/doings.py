"""Where it stands what a deed does: floors that know more than tickets add theirs when they start. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dreiklang.automation.rules.deeds import Step


@dataclass(frozen=True)
class Work:
    """One deed to be done: on which ticket, as which rule (an actor), after which journal line."""

    ticket: Any
    actor: Any
    step: Step
    line_id: int


Doing = Callable[[Work], object]
DOINGS: dict[str, Doing] = {}


def register(key: str, doing: Doing) -> None:
    """Say what a deed does. Called from an app's ``ready``."""
    DOINGS[key] = doing
