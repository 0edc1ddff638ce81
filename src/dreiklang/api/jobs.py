"""Background work of the API."""

from __future__ import annotations

from procrastinate.contrib.django import app

from dreiklang.api import repeating
from dreiklang.kernel import allowances


@app.periodic(cron="17 3 * * *")
@app.task(name="api.forget_old_answers", queue="schedule", queueing_lock="api.forget_old_answers")
def forget_old_answers(timestamp: int) -> None:
    """Drop answers to old calls."""
    repeating.forget_old()


@app.periodic(cron="23 * * * *")
@app.task(name="api.forget_allowances", queue="schedule", queueing_lock="api.forget_allowances")
def forget_allowances(timestamp: int) -> None:
    """Drop what was counted of callers whose allowance is whole again."""
    allowances.forget_full()
