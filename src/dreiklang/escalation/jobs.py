"""Scheduled work: ladders whose rule holds ring, silent rungs are climbed past. A second run finds nothing (P09)."""

from __future__ import annotations

from procrastinate.contrib.django import app

from dreiklang.escalation.commands.ladders import climb, ring
from dreiklang.escalation.models import Ladder
from dreiklang.escalation.queries.ladders import due_tickets, silent_ringings
from dreiklang.kernel import clock
from dreiklang.kernel.errors import NotFound, WrongState
from dreiklang.kernel.permissions import system

SCHEDULE = system("schedule")


@app.periodic(cron="* * * * *")
@app.task(name="escalation.ring", queue="schedule", queueing_lock="escalation.ring")
def ring_ladders(timestamp: int) -> None:
    """Every ladder whose rule holds for a ticket rings its first rung, each in a transaction of its own."""
    for ladder in Ladder.objects.filter(is_active=True):
        for ticket_id, in_round in due_tickets(ladder, clock.now()).items():
            try:
                ring(ticket_id, ladder, position=1, actor=SCHEDULE, in_round=in_round)
            except (WrongState, NotFound):
                continue
    for ringing_id in silent_ringings(clock.now()):
        try:
            climb(ringing_id, actor=SCHEDULE)
        except (WrongState, NotFound):
            continue
