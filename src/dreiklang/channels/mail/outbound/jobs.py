"""Scheduled work: forget what left long ago. The sending itself is done by the doors, not by jobs."""

from __future__ import annotations

from datetime import timedelta

from procrastinate.contrib.django import app

from dreiklang.channels.mail.outbound.models import OutgoingMail
from dreiklang.kernel import clock

KEPT = timedelta(days=90)


@app.periodic(cron="23 3 * * *")
@app.task(name="mail_out.forget", queue="schedule", queueing_lock="mail_out.forget")
def forget(timestamp: int) -> None:
    """Drop rows that were settled a quarter ago: the words and their marks stay with the ticket. Safe to run twice."""
    settled = (OutgoingMail.State.SENT, OutgoingMail.State.DROPPED, OutgoingMail.State.FAILED)
    OutgoingMail.objects.filter(state__in=settled, settled_at__lt=clock.now() - KEPT).delete()
