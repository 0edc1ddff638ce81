"""Scheduled work of the messenger door. Settling and sending are done by the doors, not by jobs."""

from __future__ import annotations

from procrastinate.contrib.django import app

from dreiklang.channels.messengers.commands.taking import forget_posts


@app.periodic(cron="51 3 * * *")
@app.task(name="messengers.forget", queue="schedule", queueing_lock="messengers.forget")
def forget(timestamp: int) -> None:
    """Drop what was handed to us two weeks ago. Safe to run twice."""
    forget_posts()
