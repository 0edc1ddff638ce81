"""Scheduled work: forget tries, links and sessions that are over."""

from __future__ import annotations

from django.core.management import call_command
from procrastinate.contrib.django import app

from dreiklang.accounts.commands import attempts, links
from dreiklang.kernel.permissions import system


@app.periodic(cron="17 * * * *")
@app.task(name="accounts.forget", queue="schedule", queueing_lock="accounts.forget")
def forget(timestamp: int) -> None:
    """Drop what no longer counts. A second run finds nothing to do."""
    attempts.forget_old(actor=system("schedule"))
    links.forget_old(actor=system("schedule"))
    call_command("clearsessions")
