"""What approvals say to news of tickets."""

from __future__ import annotations

from django.utils.translation import gettext as _

from dreiklang.approvals.queries import undecided
from dreiklang.kernel.errors import WrongState
from dreiklang.kernel.journal import Line
from dreiklang.tickets.events import TicketResolved


def refuse_undecided(line: Line) -> None:
    """Nothing is solved before it is decided, whoever ticks the task that says so: the whole solving is undone.

    What was asked on a ticket that was merged into this one holds it back as its tasks do.
    """
    assert isinstance(line.event, TicketResolved)
    if undecided(line.event.subject_id):
        raise WrongState(_("An approval is not decided yet. Wait for it, or withdraw it."), code="undecided")
