"""What wakes a parked ticket: a task that is done, another ticket that is solved, the last child.

This comes later, as a job. A second delivery finds the ticket awake and changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from dreiklang.kernel.errors import NotFound, WrongState
from dreiklang.kernel.journal import Line
from dreiklang.kernel.permissions import system
from dreiklang.tickets.commands.returning import wake
from dreiklang.tickets.events.tasks import TaskChanged
from dreiklang.tickets.models import Pending

PARKING = system("parking")


def wake_for_task(line: Line) -> None:
    """A task is done, or need not be done any more."""
    assert isinstance(line.event, TaskChanged)
    if line.event.what == "done":
        _wake(Pending.objects.filter(task_id=line.event.task_id))
    elif line.event.what == "removed":
        _wake(Pending.objects.filter(reason=Pending.Reason.TASK, task=None))


def wake_for_ticket(line: Line) -> None:
    """A ticket is over: those that wait for it, and its parent if that waits for its children."""
    over = line.event.subject_id
    parent = Q(reason=Pending.Reason.CHILDREN, ticket__kin_below__child_id=over)
    _wake(Pending.objects.filter(Q(other_id=over) | parent | Q(reason=Pending.Reason.CHILDREN, ticket_id=over)))


def _wake(pauses: Iterable[Pending]) -> None:
    waiting = Pending.objects.filter(pk__in=[p.pk for p in pauses], ended_at=None)
    for ticket_id in waiting.order_by("ticket_id").values_list("ticket_id", flat=True):
        try:
            wake(ticket_id, actor=PARKING)
        except (WrongState, NotFound):
            continue
