"""Scheduled work: the sweep over the clocks. A second run, or a second scheduler, finds nothing left to do (P11)."""

from __future__ import annotations

from procrastinate.contrib.django import app

from dreiklang.kernel import clock
from dreiklang.kernel.errors import NotFound, WrongState
from dreiklang.kernel.permissions import system
from dreiklang.sla.commands.sweeping import AT_ONCE, record_stages
from dreiklang.sla.commands.vendors import remind_of_vendor
from dreiklang.sla.queries.vendors import reminders_due

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


@app.periodic(cron="* * * * *")
@app.task(name="sla.vendors", queue="schedule", queueing_lock="sla.vendors")
def chase_vendors(timestamp: int) -> None:
    """Every minute: tell own staff of vendors that are silent, each rung in a transaction of its own."""
    for wait_id in reminders_due(clock.now()):
        try:
            remind_of_vendor(wait_id, actor=SCHEDULE)
        except (WrongState, NotFound):
            continue
