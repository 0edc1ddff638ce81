"""The beats of an order that goes on: after the yes the first step, after its tasks the next."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from dreiklang.approvals.commands import withdraw_approval
from dreiklang.approvals.models import Approval
from dreiklang.catalog import rules
from dreiklang.catalog.events import RequestSettled, StepBegun
from dreiklang.catalog.models import PlannedTask, Request
from dreiklang.escalation.commands.handing_over import hand_over
from dreiklang.escalation.rules import Case
from dreiklang.kernel import clock
from dreiklang.kernel.errors import Refusal
from dreiklang.kernel.journal import publish
from dreiklang.kernel.lifecycle import SETTLED
from dreiklang.kernel.permissions import Actor, system
from dreiklang.teams.models import Team
from dreiklang.tickets.commands.assignment import move_to_team
from dreiklang.tickets.commands.tasks import add_tasks
from dreiklang.tickets.models import Ticket

DESK = system("catalog")


def held_request(request: Request) -> Request:
    """The order as it is now, locked after its ticket, always in this order."""
    Ticket.objects.select_for_update(of=("self",)).get(pk=request.ticket_id)
    found = Request.objects.select_for_update(of=("self",)).select_related("ticket__team", "version__entry")
    return found.get(pk=request.pk)


def advance(request: Request) -> None:
    """Begin what can begin now: nothing while a yes is missing or a task of the order is open."""
    while not _waits(request):
        following = request.planned.filter(step__gt=request.step).order_by("step").first()
        if following is None:
            settle(request, Request.State.DONE, actor=DESK)
            return
        _begin(request, following.step)


def _waits(request: Request) -> bool:
    if request.state in rules.SETTLED or request.ticket.state_group == SETTLED:
        return True
    if request.planned.filter(task__isnull=False, task__done_at=None).exists():
        return True
    if request.step > 0 or (request.step < 0 and request.planned.filter(step=0).exists()):
        return False  # who may approve is found out while others are asked already
    return Approval.objects.filter(ticket_id=request.ticket_id, state=Approval.State.OPEN).exists()


def _begin(request: Request, number: int) -> None:
    """The tasks of one step come onto the ticket, in one go; and the ticket goes where the step says."""
    planned = list(request.planned.filter(step=number).select_related("team").order_by("pk"))
    first = planned[0]
    team = first.team if first.team is not None and first.team.is_active else None
    if first.takes_over and team is not None:
        _hand_on(request.ticket, team, first.heading)
    tasks = add_tasks(
        request.ticket, actor=DESK, texts=[one.text for one in planned], heading=first.heading, team=team,
        is_blocking=True,
    )  # fmt: skip
    for one, task in zip(planned, tasks, strict=True):
        one.task, one.begun_at = task, clock.now()
    PlannedTask.objects.bulk_update(planned, ["task", "begun_at"])
    request.step = number
    request.state = Request.State.RUNNING if number else Request.State.ASKED
    request.save(update_fields=["step", "state"])
    publish(
        StepBegun(subject_id=request.ticket_id, request_id=request.pk, number=number, gist=first.heading), actor=DESK
    )


def _hand_on(ticket: Ticket, team: Team, step: str) -> None:
    """The ticket goes to the team of a step: up by a handover, aside by a move. Downward only people hand back; where
    it cannot go now, the tasks still stand at their team."""
    if team.pk == ticket.team_id or team.level < ticket.level:
        return
    with override(ticket.language or None):
        words = _("The order has come to the step “%(step)s”.") % {"step": step}
    try:
        with transaction.atomic():
            if team.level == ticket.level < 3:
                move_to_team(ticket, actor=DESK, team=team, reason=words)
            else:
                hand_over(ticket, actor=DESK, to_team=team, case=Case(reason=words), at_once_because=words)
    except Refusal:
        pass
    ticket.refresh_from_db()


def refuse(request: Request) -> None:
    """Somebody said no: others need not decide any more, and the requester is to be told."""
    withdraw_open(request, actor=DESK)
    settle(request, Request.State.REFUSED, actor=DESK)
    with override(request.ticket.language or None):
        words = _("Not approved: tell the requester")
    add_tasks(request.ticket, actor=DESK, texts=[words], team=request.ticket.team)


def withdraw_open(request: Request, *, actor: Actor) -> None:
    """Nobody has to decide about an order any more."""
    for approval in Approval.objects.filter(ticket_id=request.ticket_id, state=Approval.State.OPEN):
        withdraw_approval(approval, actor=actor)


def settle(request: Request, state: str, *, actor: Actor, gist: str = "") -> None:
    """The order is over, one way or the other."""
    request.state, request.settled_at = state, clock.now()
    request.save(update_fields=["state", "settled_at"])
    publish(RequestSettled(subject_id=request.ticket_id, request_id=request.pk, state=state, gist=gist), actor=actor)


def unsettle(request: Request, state: str) -> None:
    """It is not over after all."""
    request.state, request.settled_at = state, None
    request.save(update_fields=["state", "settled_at"])
