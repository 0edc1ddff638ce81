"""Background work of the ground floor: deferred reactions, sealing of the journal."""

from __future__ import annotations

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from dreiklang.kernel import files, heartbeats, journal, reactions

TRIES = RetryStrategy(max_attempts=5, exponential_wait=4)


@app.task(name="kernel.react", queue="reactions", retry=TRIES)
def react(reaction: str, line_id: int) -> None:
    """Run one deferred reaction to one journal line."""
    reactions.run_by_name(reaction, journal.line(line_id))


@app.periodic(cron="* * * * *")
@app.task(name="kernel.seal_journal", queue="schedule", queueing_lock="kernel.seal_journal")
def seal_journal(timestamp: int) -> None:
    """Seal what was written since the last time, batch by batch."""
    while journal.seal() >= 10_000:
        pass


@app.periodic(cron="41 * * * *")
@app.task(name="kernel.sweep_files", queue="schedule", queueing_lock="kernel.sweep_files")
def sweep_files(timestamp: int) -> None:
    """Remove files that nothing points to any more, heap by heap. A second run finds none."""
    while files.sweep() >= files.SWEPT_AT_ONCE:
        pass


@app.periodic(cron="* * * * *")
@app.task(name="kernel.beat", queue="schedule", queueing_lock="kernel.beat")
def beat(timestamp: int) -> None:
    """The worker is alive, and so is its schedule. A second run says the same."""
    heartbeats.beat("worker")
