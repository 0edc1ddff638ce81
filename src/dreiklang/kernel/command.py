"""What makes a function a command: one transaction, an actor, and at least one journal line, or it did not happen."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, ParamSpec, TypeVar

from django.db import connection, transaction

P = ParamSpec("P")
R = TypeVar("R")


class CommandLeftNoLine(AssertionError):
    """A command ended without having written to the journal: a defect in the command, never a user's fault."""


class PublishedOutsideCommand(AssertionError):
    """Something was published where no command runs: a defect."""


class Scope:
    """What one running command has done so far."""

    def __init__(self, outer: Scope | None) -> None:
        self.outer = outer
        self.lines = 0

    def count_line(self) -> None:
        """A line was written, here and for every command around."""
        self.lines += 1
        if self.outer:
            self.outer.count_line()


_running: ContextVar[Scope | None] = ContextVar("dreiklang_command", default=None)


def scope() -> Scope:
    """The command that runs now."""
    found = _running.get()
    if found is None:
        raise PublishedOutsideCommand("events are published by commands only")
    return found


def command(function: Callable[P, R]) -> Callable[P, R]:
    """Mark a function as a command: atomic, with a keyword-only ``actor``, refusing to end without a journal line.

    A command inside a command joins its transaction: if it refuses, all of it is undone. A caller that wants to
    survive a refusal opens its own ``transaction.atomic()`` around the inner call.
    """
    parameter = inspect.signature(function).parameters.get("actor")
    if parameter is None or parameter.kind is not inspect.Parameter.KEYWORD_ONLY:
        raise TypeError(f"{function.__qualname__} is a command and needs a keyword-only 'actor'")

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        outer = _running.get()
        own = Scope(outer)
        token = _running.set(own)
        try:
            with transaction.atomic(savepoint=outer is None):
                result = function(*args, **kwargs)
                if not own.lines:
                    raise CommandLeftNoLine(function.__qualname__)
                return result
        finally:
            _running.reset(token)

    run.is_command = True  # type: ignore[attr-defined]
    return run


@contextmanager
def in_one_transaction() -> Iterator[None]:
    """Run many commands as one: all happen or none, without a savepoint each (thousands of them make PostgreSQL slow).

    For histories made afterwards: demo, imports. A refusal inside undoes everything.
    """
    token = _running.set(Scope(_running.get()))
    try:
        with transaction.atomic():
            yield
    finally:
        _running.reset(token)


def personal(function: Callable[P, R]) -> Callable[P, R]:
    """Mark a write of what a person keeps for themselves: drafts, read marks, preferences. Atomic, but no news.

    These change with every keystroke or glance and concern nobody else, so they leave no journal line
    (and no trace of how somebody works, P46). Everything that others can see is a command.
    """
    _named_author(function)

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        with transaction.atomic():
            return function(*args, **kwargs)

    run.is_command = True  # type: ignore[attr-defined]
    return run


def done_again_if_lost() -> None:
    """Let the running transaction not wait for the disk.

    For work that begins from something committed before, and is done anew from there if the machine loses its power in
    the next half second.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit TO off")


def fleeting(function: Callable[P, R]) -> Callable[P, R]:
    """Mark a personal write that may be lost when the machine loses its power in the next half second: a glance.

    Such a transaction does not wait for the disk. Inside another one it is part of that one, and waits as that does.
    """
    _named_author(function)

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        is_outermost = not connection.in_atomic_block
        with transaction.atomic(savepoint=False):
            if is_outermost:
                done_again_if_lost()
            return function(*args, **kwargs)

    run.is_command = True  # type: ignore[attr-defined]
    return run


def _named_author(function: Callable[..., Any]) -> None:
    """Refuse a function that does not say who acts."""
    parameter = inspect.signature(function).parameters.get("actor")
    if parameter is None or parameter.kind is not inspect.Parameter.KEYWORD_ONLY:
        raise TypeError(f"{function.__qualname__} needs a keyword-only 'actor'")


def derived(function: Callable[P, R]) -> Callable[P, R]:
    """Mark a write that only puts into rows what the journal says already: clocks, counters. No news, no actor.

    It runs in the transaction of the command whose lines it reads, may run any number of times, and can always be
    done anew from the journal.
    """

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        with transaction.atomic(savepoint=False):
            return function(*args, **kwargs)

    run.is_derived = True  # type: ignore[attr-defined]
    return run
