"""Background work: rules for an hour, for tickets on which nothing happens. Safe to run twice."""

from __future__ import annotations

from procrastinate.contrib.django import app

from dreiklang.automation.reactions.running import run_for_idle, run_for_time


@app.periodic(cron="*/10 * * * *")
@app.task(name="automation.idle", queue="schedule", queueing_lock="automation.idle")
def consider_idle(timestamp: int) -> None:
    """Rules for tickets on which nothing has happened for some hours."""
    run_for_idle()


@app.periodic(cron="* * * * *")
@app.task(name="automation.time", queue="schedule", queueing_lock="automation.time")
def consider_time(timestamp: int) -> None:
    """Rules for an hour of the day."""
    run_for_time()
