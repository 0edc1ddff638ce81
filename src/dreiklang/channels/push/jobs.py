"""Scheduled work of web push."""

from __future__ import annotations

from datetime import timedelta

from procrastinate.contrib.django import app

from dreiklang.channels.push.models import Device, Push
from dreiklang.kernel import clock

KEPT, ENDED_KEPT = timedelta(days=7), timedelta(days=60)


@app.periodic(cron="53 3 * * *")
@app.task(name="push.forget", queue="schedule", queueing_lock="push.forget")
def forget(timestamp: int) -> None:
    """Drop what was pushed a week ago, and devices that ended two months ago. Safe to run twice."""
    Push.objects.filter(made_at__lt=clock.now() - KEPT).delete()
    Device.objects.filter(ended_at__lt=clock.now() - ENDED_KEPT).delete()
