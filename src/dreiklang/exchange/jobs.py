"""Background work: what was given out goes after a week."""

from __future__ import annotations

from procrastinate.contrib.django import app

from dreiklang.exchange.commands.disclosing import forget_expired
from dreiklang.kernel.permissions import system


@app.periodic(cron="23 * * * *")
@app.task(name="exchange.forget_disclosures", queue="schedule", queueing_lock="exchange.forget_disclosures")
def forget_disclosures(timestamp: int) -> None:
    """Disclosures whose week is over lose their file. A second run finds none."""
    forget_expired(actor=system("schedule"))
