"""Background work of approvals. Safe to run twice."""

from __future__ import annotations

from procrastinate.contrib.django import app

from dreiklang.approvals.commands import remind_voters


@app.periodic(cron="*/15 * * * *")
@app.task(name="approvals.remind", queue="schedule", queueing_lock="approvals.remind")
def remind(timestamp: int) -> None:
    """Remind those who have not answered."""
    remind_voters()
