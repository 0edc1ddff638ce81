"""An order goes on: because somebody decided, a task was done, or a lead says so."""

from __future__ import annotations

from django.utils.translation import gettext as _

from dreiklang.catalog import policy
from dreiklang.catalog.commands.fulfilling import DESK, advance, held_request, refuse, unsettle, withdraw_open
from dreiklang.catalog.events import RequestWentOn
from dreiklang.catalog.models import PlannedTask, Request
from dreiklang.kernel.command import command, derived
from dreiklang.kernel.errors import Invalid, WrongState
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require
from dreiklang.tickets.rules import first_words


@derived
def heed_decision(request: Request, *, is_granted: bool) -> None:
    """Somebody decided about the ticket of an order that waits for it, or that was refused and asked anew."""
    request = held_request(request)
    if is_granted:
        if request.state == Request.State.REFUSED:
            unsettle(request, Request.State.ASKED)
        advance(request)
    elif request.state == Request.State.ASKED:
        refuse(request)


@derived
def heed_task(task_id: int, *, what: str) -> None:
    """A task of an order was done, removed, or is not done after all."""
    planned = PlannedTask.objects.select_related("request").filter(task_id=task_id).first()
    if planned is None:
        return
    request = held_request(planned.request)
    if what == "open":
        if request.state == Request.State.DONE:
            unsettle(request, Request.State.RUNNING)
        return
    if what == "removed":
        planned.task = None
        planned.save(update_fields=["task"])
    advance(request)


@command
def go_on(request: Request, *, actor: Actor, reason: str) -> Request:
    """Let an order go on without the yes, with a reason that stays in the journal. Raises Invalid, WrongState."""
    request = held_request(request)
    require(policy.may_go_on(actor, request))
    if request.state not in (Request.State.ASKED, Request.State.REFUSED):
        raise WrongState(_("This order waits for nobody."), code="not_waiting")
    if not reason.strip() or len(reason) > 1_000 or "\x00" in reason:
        raise Invalid({"reason": [_("Please say why it may go on.")]})
    publish(RequestWentOn(subject_id=request.ticket_id, request_id=request.pk, gist=first_words(reason)), actor=actor)
    withdraw_open(request, actor=DESK)
    unsettle(request, Request.State.ASKED)
    advance(request)
    return request
