"""Background work of the API."""

from __future__ import annotations

from procrastinate.contrib.django import app

from dreiklang.api import repeating


@app.periodic(cron="17 3 * * *")
@app.task(name="api.forget_old_answers", queue="schedule", queueing_lock="api.forget_old_answers")
def forget_old_answers(timestamp: int) -> None:
    """Drop answers to old calls."""
    repeating.forget_old()
