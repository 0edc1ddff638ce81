"""Signals come late, twice and in the wrong order. What counts is when the trouble began, not when we heard of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

FIRING, CLEARED = "firing", "cleared"


@dataclass(frozen=True, slots=True)
class Signal:
    """One statement about one trouble."""

    fingerprint: str
    """What makes it the same trouble the next time."""
    state: str
    at: datetime
    """Since when it is so."""
    episode: datetime | None = None
    """When this trouble began, where the program says so also when it ends."""
    title: str = ""
    text: str = ""
    severity: str = "warning"
    host: str = ""
    service: str = ""
    url: str = ""
    labels: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """What was last said of a trouble."""

    state: str
    at: datetime
    episode: datetime | None = None


class Step(StrEnum):
    """What a signal changes."""

    RAISE = "raise"
    CLEAR = "clear"
    REPEAT = "repeat"
    """The same again."""
    STALE = "stale"
    """Something newer is known already."""


def step_for(known: Known | None, signal: Signal) -> Step:
    """What a signal changes, whatever the order of arrival.

    Within one episode *cleared* is the last word: a firing of an episode that has ended came late. Between episodes the
    newer one counts. Programs that tell no episode are ordered by the moment of the change; at the same moment
    *cleared* wins. So for any set of signals the state at the end is the same in every order (a test tries them).
    """
    if known is None:
        return Step.RAISE if signal.state == FIRING else Step.CLEAR
    if _place(signal) > _place(known):
        if signal.state == known.state:
            return Step.REPEAT  # also a new episode of what still fires: its end was never told
        return Step.RAISE if signal.state == FIRING else Step.CLEAR
    return Step.REPEAT if _place(signal) == _place(known) else Step.STALE


def _place(of: Signal | Known) -> tuple[datetime, bool]:
    """Where a statement stands in time: its episode, and within it firing before cleared."""
    return of.episode or of.at, of.state == CLEARED
