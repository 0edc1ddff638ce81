"""Background work: what was given out goes after a week, words go when their time is over."""

from __future__ import annotations

from procrastinate.contrib.django import app

from dreiklang.exchange.commands.disclosing import forget_expired
from dreiklang.exchange.commands.erasing import bring_register_up
from dreiklang.exchange.commands.retaining import empty_due
from dreiklang.exchange.models import Retention
from dreiklang.kernel.errors import NotFound
from dreiklang.kernel.permissions import system


@app.periodic(cron="23 * * * *")
@app.task(name="exchange.forget_disclosures", queue="schedule", queueing_lock="exchange.forget_disclosures")
def forget_disclosures(timestamp: int) -> None:
    """Disclosures whose week is over lose their file. A second run finds none."""
    forget_expired(actor=system("schedule"))


@app.periodic(cron="11 2 * * *")
@app.task(name="exchange.keep_retention", queue="schedule", queueing_lock="exchange.keep_retention")
def keep_retention(timestamp: int) -> None:
    """Take the words out of tickets whose time is over, some at a time. A second run finds none."""
    for retention in Retention.objects.filter(is_active=True).order_by("pk"):
        try:
            while empty_due(retention, actor=system("retention")):
                pass
        except NotFound:
            continue


@app.periodic(cron="7 * * * *")
@app.task(name="exchange.keep_register", queue="schedule", queueing_lock="exchange.keep_register")
def keep_register(timestamp: int) -> None:
    """The register of erasures holds each that is done. A second run adds none."""
    bring_register_up(actor=system("erasure"))
