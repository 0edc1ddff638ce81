"""Work in the background: learning from what was published, once a night and after an import."""

from __future__ import annotations

from procrastinate.contrib.django import app

from dreiklang.kernel.permissions import system
from dreiklang.knowledge.commands.files import forget_loose
from dreiklang.knowledge.commands.learning import learn
from dreiklang.knowledge.queries.learning import has_news

LEARNER = system("knowledge")


@app.periodic(cron="17 3 * * *")
@app.task(name="knowledge.learn", queue="schedule", queueing_lock="knowledge.learn")
def learn_nightly(timestamp: int) -> None:
    """Learn words and meanings anew, if anything was published since the last time. A second run finds nothing."""
    forget_loose(actor=LEARNER)
    if has_news():
        learn(actor=LEARNER)
