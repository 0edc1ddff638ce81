"""Work in the background: learning from solved tickets, and reading the open ones anew with it."""

from __future__ import annotations

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from dreiklang.assistance.commands.learning import learn_all
from dreiklang.assistance.commands.proposing import propose
from dreiklang.assistance.models import LearnedField
from dreiklang.assistance.queries.functions import can_learn
from dreiklang.assistance.queries.history import has_news, open_tickets
from dreiklang.kernel import clock
from dreiklang.kernel.permissions import system

LEARNER = system("assistance")


@app.periodic(cron="*/20 * * * *")
@app.task(name="assistance.learn", queue="schedule", queueing_lock="assistance.learn")
def learn_when_worth_it(timestamp: int) -> None:
    """Learn anew if a tenth more was solved than the last time, or a day has passed. A second run finds nothing."""
    if can_learn() and has_news():
        _learn()


@app.task(name="assistance.learn_now", queue="schedule", queueing_lock="assistance.learn_now")
def learn_now(timestamp: int) -> None:
    """Learn anew because somebody asked for it at that second. A second run finds that it was learned since."""
    last = LearnedField.objects.order_by("-learned_at").values_list("learned_at", flat=True).first()
    if can_learn() and (last is None or last.timestamp() < timestamp):
        _learn()


def _learn() -> None:
    if learn_all(actor=LEARNER):
        propose(open_tickets())


def ask_to_learn() -> bool:
    """Let the worker learn now; False if somebody asked for it already."""
    try:
        with transaction.atomic():
            learn_now.defer(timestamp=int(clock.now().timestamp()))
    except AlreadyEnqueued:
        return False
    return True
