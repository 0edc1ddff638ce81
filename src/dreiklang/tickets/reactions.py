"""What wakes a parked ticket (a task done, another ticket solved, the last child); deeds for many tickets that go on.

This comes later, as a job. A second delivery finds the ticket awake and changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from dreiklang.kernel.errors import NotFound, WrongState
from dreiklang.kernel.journal import Line
from dreiklang.kernel.permissions import system
from dreiklang.tickets.commands.bulk import do_item, finish_bulk, undo_item
from dreiklang.tickets.commands.returning import wake
from dreiklang.tickets.events.tasks import TaskChanged
from dreiklang.tickets.models import BulkRun, Pending
from dreiklang.tickets.queries.bulk import beginner_of

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


def go_on_with_bulk(line: Line) -> None:
    """Somebody began a deed for many tickets: do it to those that wait. A second delivery finds none waiting."""
    run = BulkRun.objects.select_related("person__account").filter(pk=line.event.subject_id).first()
    actor = beginner_of(run) if run else None
    if run is None or actor is None:
        return
    for item_id in list(run.items.filter(state="waiting").order_by("pk").values_list("pk", flat=True)):
        do_item(item_id, actor=actor)
    finish_bulk(run, actor=actor)


def take_bulk_back(line: Line) -> None:
    """Somebody wants such a deed undone: ticket by ticket, by new lines. A second delivery finds none left."""
    run = BulkRun.objects.select_related("person__account").filter(pk=line.event.subject_id).first()
    actor = beginner_of(run) if run else None
    if run is None or actor is None:
        return
    for item_id in list(run.items.filter(state="changed").order_by("pk").values_list("pk", flat=True)):
        undo_item(item_id, actor=actor)
