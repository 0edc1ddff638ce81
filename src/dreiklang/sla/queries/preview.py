"""What a draft would promise, tried on a case that is opened at some moment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from dreiklang.calendars.rules import OpenSpan, open_spans
from dreiklang.sla.queries.contracts import targets_from
from dreiklang.sla.queries.drafting import Draft
from dreiklang.sla.rules import Happening, Terms, Type, clocks_of

_MOST_SPANS = 12


class Promised(NamedTuple):
    """A promise to a case of a priority: when it would be due, and the open spans that lead there."""

    priority: int
    metric: str
    due_at: datetime
    seconds: float
    spans: Sequence[OpenSpan]


def promised_by(draft: Draft, opened_at: datetime, *, kind: str = "incident") -> list[Promised]:
    """What a case opened at a moment would be promised, by priority. The draft has been checked."""
    hours = draft.calendar.as_rules()
    terms = Terms(hours, targets_from(draft.targets))
    found = []
    for priority in (1, 2, 3, 4):
        log = [Happening(opened_at, Type.OPENED, priority=priority, kind=kind, level=1)]
        for clock in clocks_of(terms, log, opened_at):
            spans = open_spans(hours, opened_at, clock.due_at)[:_MOST_SPANS]
            found.append(Promised(priority, clock.metric, clock.due_at, clock.target_seconds, spans))
    return found
