"""What follows from a handover on the floors below, which cannot hear of it."""

from __future__ import annotations

from dreiklang.kernel.journal import Line
from dreiklang.sla.commands.keeping import keep_clocks


def pass_on_to_clocks(line: Line) -> None:
    """Another level holds the ticket: its share runs now. At once; a second delivery changes nothing."""
    keep_clocks(line.event.subject_id)
