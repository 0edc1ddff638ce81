"""What administrators may do with answers that do not leave."""

from __future__ import annotations

from django.utils.translation import gettext as _

from dreiklang.channels.messengers import policy
from dreiklang.channels.messengers.events import AnswerTriedAgain
from dreiklang.channels.messengers.models import Leaving
from dreiklang.kernel import clock, instance
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import WrongState
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require


@command
def try_again(leaving: Leaving, *, actor: Actor) -> Leaving:
    """Let an answer leave now that failed or waits; parts that have left do not leave again. Raises WrongState."""
    require(policy.may_keep_lines(actor))
    leaving = Leaving.objects.select_for_update(of=("self",)).get(pk=leaving.pk)
    if leaving.state not in (Leaving.State.FAILED, Leaving.State.WAITING):
        raise WrongState(_("This answer has left."))
    leaving.state, leaving.problem, leaving.answer = Leaving.State.WAITING, "", ""
    leaving.queued_at = leaving.due_at = clock.now()
    leaving.epoch, leaving.tries = instance.epoch(), max(leaving.tries, 1)
    leaving.save()
    publish(AnswerTriedAgain(subject_id=leaving.pk), actor=actor)
    return leaving
