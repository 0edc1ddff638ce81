"""News that hooks wait for are written down in the transaction of what happened: rolled back, they were never there."""

from __future__ import annotations

from dreiklang.channels.webhooks.commands import note_for_hooks
from dreiklang.kernel import reactions
from dreiklang.kernel.journal import Line


def queue(line: Line) -> None:
    """One delivery for each hook that wants such news; none for histories made afterwards."""
    if not reactions.are_withheld():
        note_for_hooks(line)
