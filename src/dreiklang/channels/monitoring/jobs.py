"""Scheduled work of the monitoring door."""

from __future__ import annotations

from procrastinate.contrib.django import app

from dreiklang.channels.monitoring.commands import settle_waiting, steady_alerts
from dreiklang.channels.monitoring.commands.calls import forget_calls
from dreiklang.kernel.permissions import system


@app.periodic(cron="* * * * *")
@app.task(name="monitoring.watch", queue="schedule", queueing_lock="monitoring.watch")
def watch(timestamp: int) -> None:
    """Settle what was kept and left, and let flapping alarms that are quiet come to rest. Safe to run twice."""
    settle_waiting(actor=system("monitoring"))
    steady_alerts()


@app.periodic(cron="41 3 * * *")
@app.task(name="monitoring.forget", queue="schedule", queueing_lock="monitoring.forget")
def forget(timestamp: int) -> None:
    """Drop calls older than two weeks. Safe to run twice."""
    forget_calls()
