"""Scheduled work of webhooks."""

from __future__ import annotations

from datetime import timedelta

from procrastinate.contrib.django import app

from dreiklang.channels.webhooks.models import Delivery
from dreiklang.kernel import clock

KEPT = timedelta(days=30)


@app.periodic(cron="47 3 * * *")
@app.task(name="webhooks.forget", queue="schedule", queueing_lock="webhooks.forget")
def forget(timestamp: int) -> None:
    """Drop deliveries that were settled a month ago. Safe to run twice."""
    settled = (Delivery.State.SENT, Delivery.State.FAILED, Delivery.State.SKIPPED)
    Delivery.objects.filter(state__in=settled, made_at__lt=clock.now() - KEPT).delete()
