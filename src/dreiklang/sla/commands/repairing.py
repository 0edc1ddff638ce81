"""Clocks put right after a replay found that they differ from the journal."""

from __future__ import annotations

from collections.abc import Sequence

from dreiklang.kernel.command import command
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require
from dreiklang.sla.commands.keeping import keep_clocks
from dreiklang.sla.events import ClocksRepaired
from dreiklang.tickets.models import Ticket


@command
def repair_clocks(ticket_ids: Sequence[int], *, actor: Actor) -> int:
    """Measure the clocks of some tickets anew and keep them; returns how many tickets. A second run changes nothing."""
    require(actor.is_system)
    held = list(
        Ticket.objects.select_for_update().filter(pk__in=ticket_ids).order_by("pk").values_list("pk", flat=True)
    )
    for ticket_id in held:
        keep_clocks(ticket_id)
    publish(ClocksRepaired(subject_id=0, tickets=tuple(held)), actor=actor)
    return len(held)
