"""What the catalogue does at news of approvals and tasks."""

from __future__ import annotations

from dreiklang.approvals.events import ApprovalDecided
from dreiklang.approvals.rules import GRANTED
from dreiklang.catalog.commands.going_on import heed_decision, heed_task
from dreiklang.catalog.models import Request
from dreiklang.kernel.journal import Line
from dreiklang.tickets.events.tasks import TaskChanged


def go_on_when_decided(line: Line) -> None:
    """A yes lets an order begin, a no ends it."""
    assert isinstance(line.event, ApprovalDecided)
    found = Request.objects.filter(ticket_id=line.event.subject_id).first()
    if found is not None:
        heed_decision(found, is_granted=line.event.state == GRANTED)


def go_on_when_done(line: Line) -> None:
    """When the tasks of a step are done, the next one begins."""
    assert isinstance(line.event, TaskChanged)
    if line.event.what in ("done", "removed", "open"):
        heed_task(line.event.task_id, what=line.event.what)
