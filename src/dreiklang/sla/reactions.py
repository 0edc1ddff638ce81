"""What promises do when something happens to a ticket. At once, so that the screen is right."""

from __future__ import annotations

from dreiklang.kernel.journal import Line
from dreiklang.sla.commands.keeping import keep_clocks
from dreiklang.sla.commands.vendors import keep_vendor_waits


def keep_clocks_right(line: Line) -> None:
    """Compute the ticket's clocks anew from the journal; a second delivery changes nothing."""
    keep_clocks(line.event.subject_id)


def keep_vendors_right(line: Line) -> None:
    """A vendor was asked, answered, or owes nothing any more. At once; a second delivery changes nothing."""
    keep_vendor_waits(line.event.subject_id)
