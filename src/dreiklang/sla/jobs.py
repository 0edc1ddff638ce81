"""Scheduled work: the sweep over the clocks. A second run, or a second scheduler, finds nothing left to do (P11)."""

from __future__ import annotations

from procrastinate.contrib.django import app

from dreiklang.kernel.errors import WrongState
from dreiklang.kernel.permissions import system
from dreiklang.sla.commands.sweeping import AT_ONCE, record_stages

SCHEDULE = system("schedule")


@app.periodic(cron="* * * * * */20")
@app.task(name="sla.sweep", queue="schedule", queueing_lock="sla.sweep")
def sweep(timestamp: int) -> None:
    """Every twenty seconds: record and tell what clocks have reached, batch by batch."""
    try:
        while record_stages(actor=SCHEDULE) >= AT_ONCE:
            pass
    except WrongState:
        return
