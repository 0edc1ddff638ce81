"""What follows from a handover on the floors below, which cannot hear of it."""

from __future__ import annotations

from dreiklang.kernel.journal import Line
from dreiklang.sla.commands.keeping import keep_clocks
from dreiklang.sla.commands.vendors import keep_vendor_waits


def pass_on_to_clocks(line: Line) -> None:
    """Another level holds the ticket: its share runs now. At once; a second delivery changes nothing."""
    keep_clocks(line.event.subject_id)


def pass_on_to_vendors(line: Line) -> None:
    """A vendor's team has it now, or has given it back. At once; a second delivery changes nothing."""
    keep_vendor_waits(line.event.subject_id)
