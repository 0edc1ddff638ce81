"""News going up: who reacts to which event, at once in the same transaction or later as a job deferred in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dreiklang.kernel.events import Event

if TYPE_CHECKING:
    from procrastinate.types import JSONValue

    from dreiklang.kernel.journal import Line

Reaction = Callable[["Line"], None]
#: Whether anybody waits for a kind of event, by its code: a quick look, so that no job is deferred for nothing.
Wanted = Callable[[str], bool]


@dataclass(frozen=True)
class _Entry:
    name: str
    reaction: Reaction
    is_later: bool
    is_wanted: Wanted | None = None


_by_event: dict[type[Event], list[_Entry]] = {}
_by_name: dict[str, _Entry] = {}
_withheld: ContextVar[bool] = ContextVar("dreiklang_withheld", default=False)


def at_once(event: type[Event], reaction: Reaction) -> None:
    """React inside the transaction: for what the screen must show at once. Called from an app's ``ready``."""
    _register(event, reaction, is_later=False)


def later(event: type[Event], reaction: Reaction, *, is_wanted: Wanted | None = None) -> None:
    """React in a job that is deferred in the same transaction. The reaction must bear a second delivery.

    ``is_wanted`` is asked at once, and spares the job where nobody waits for the line.
    """
    _register(event, reaction, is_later=True, is_wanted=is_wanted)


def _register(event: type[Event], reaction: Reaction, *, is_later: bool, is_wanted: Wanted | None = None) -> None:
    name = f"{reaction.__module__}.{reaction.__qualname__}"
    entry = _Entry(name, reaction, is_later, is_wanted)
    entries = _by_event.setdefault(event, [])
    if all(e.name != name for e in entries):
        entries.append(entry)
    _by_name[name] = entry


def registered() -> dict[type[Event], tuple[tuple[str, bool], ...]]:
    """Event → (name of reaction, whether it comes later): for the house's documentation and its tests."""
    return {event: tuple((e.name, e.is_later) for e in entries) for event, entries in _by_event.items()}


def tell(line: Line) -> None:
    """Run the reactions to a line that come at once, and defer those that come later."""
    for entry in _by_event.get(type(line.event), ()):
        if not entry.is_later:
            entry.reaction(line)
        elif not _withheld.get() and (entry.is_wanted is None or entry.is_wanted(line.event.code)):
            from dreiklang.kernel.jobs import react

            react.defer(reaction=entry.name, line_id=line.id)


def tell_all(lines: Sequence[Line]) -> None:
    """The same for many lines, with all deferred reactions in one statement; what is wanted is asked once a code."""
    deferred: list[dict[str, JSONValue]] = []
    wanted: dict[tuple[str, str], bool] = {}

    def is_wanted(entry: _Entry, code: str) -> bool:
        if entry.is_wanted is None:
            return True
        if (entry.name, code) not in wanted:
            wanted[entry.name, code] = entry.is_wanted(code)
        return wanted[entry.name, code]

    for line in lines:
        for entry in _by_event.get(type(line.event), ()):
            if not entry.is_later:
                entry.reaction(line)
            elif not _withheld.get() and is_wanted(entry, line.event.code):
                deferred.append({"reaction": entry.name, "line_id": line.id})
    if deferred:
        from dreiklang.kernel.jobs import react

        react.batch_defer(*deferred)


def run_by_name(name: str, line: Line) -> None:
    """Run one deferred reaction; called by the job. An unknown name is an error that the job list shows."""
    _by_name[name].reaction(line)


@contextmanager
def later_ones_withheld() -> Iterator[None]:
    """Defer nothing inside: for histories made afterwards (demo, imports), which must mail nobody."""
    token = _withheld.set(True)
    try:
        yield
    finally:
        _withheld.reset(token)


def are_withheld() -> bool:
    """Whether a history is being made afterwards: then nothing is deferred, and nothing may leave the house."""
    return _withheld.get()
