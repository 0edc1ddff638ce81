"""Deeds for many tickets, as who began them finds them again."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count

from dreiklang.kernel.errors import NotFound
from dreiklang.kernel.permissions import Actor
from dreiklang.teams.queries import actor_for
from dreiklang.tickets.models import BulkItem, BulkRun


@dataclass(frozen=True)
class Progress:
    """How far a run is."""

    total: int
    waiting: int
    changed: int
    refused: int
    undone: int
    kept: int

    @property
    def done(self) -> int:
        """How many tickets are through."""
        return self.total - self.waiting


def run_of(run_id: int, *, actor: Actor) -> BulkRun:
    """One of one's own runs. Raises NotFound for anybody else's."""
    found = BulkRun.objects.filter(pk=run_id, person_id=actor.person_id).first()
    if found is None:
        raise NotFound(code="no_run")
    return found


def progress_of(run: BulkRun) -> Progress:
    """Counts by what became of the tickets, in one query."""
    counted = dict(run.items.order_by().values_list("state").annotate(n=Count("pk")))
    states = {state: counted.get(state, 0) for state in ("waiting", "changed", "refused", "undone", "kept")}
    return Progress(total=sum(states.values()), **states)


def refused_of(run: BulkRun, limit: int = 50) -> list[BulkItem]:
    """Tickets that were not changed, or not taken back, with the reason."""
    found = run.items.filter(state__in=[BulkItem.State.REFUSED, BulkItem.State.KEPT]).select_related("ticket")
    return list(found.order_by("pk")[:limit])


def beginner_of(run: BulkRun) -> Actor | None:
    """Who began a run, with the rights of this moment; None for somebody without an account."""
    account = run.person.account
    return actor_for(account) if account is not None and account.is_active else None
