"""Background work of approvals. Safe to run twice."""

from __future__ import annotations

from procrastinate.contrib.django import app

from dreiklang.approvals.commands import remind_voter
from dreiklang.approvals.queries import to_remind
from dreiklang.kernel import clock
from dreiklang.kernel.errors import WrongState
from dreiklang.kernel.permissions import system


@app.periodic(cron="*/15 * * * *")
@app.task(name="approvals.remind", queue="schedule", queueing_lock="approvals.remind")
def remind(timestamp: int) -> None:
    """Remind those who have not answered."""
    remind_voters()


def remind_voters() -> int:
    """Remind everybody who is due; how many. Who answered meanwhile, or was just reminded, is left out."""
    done = 0
    for vote in to_remind(clock.now()):
        try:
            remind_voter(vote, actor=system("approvals"))
            done += 1
        except WrongState:
            continue
    return done
