"""Background work of the doors: settling what was stored and left."""

from __future__ import annotations

from procrastinate.contrib.django import app

from dreiklang.channels.gate.commands import settle_waiting
from dreiklang.kernel.permissions import system


@app.periodic(cron="* * * * *")
@app.task(name="channels.settle_waiting", queue="schedule", queueing_lock="channels.settle_waiting")
def settle_stored_mails(timestamp: int) -> None:
    """Settle mails whose process died, and try again what is due in quarantine. Running twice does nothing twice."""
    settle_waiting(actor=system("mail"))
