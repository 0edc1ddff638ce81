"""What somebody did a moment ago and may still take back: as long as nobody else has done anything since."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _

from dreiklang.kernel import clock, journal
from dreiklang.kernel.errors import WrongState
from dreiklang.kernel.journal import Line
from dreiklang.kernel.models import JournalLine
from dreiklang.kernel.permissions import Actor
from dreiklang.tickets.models import Ticket

#: Longer than the ten seconds the screen offers it, so that a slow line does not refuse what was offered.
WITHIN = timedelta(seconds=60)


def last_deed(ticket: Ticket, *, actor: Actor, code: str) -> Line:
    """The actor's own deed of a moment ago. Raises WrongState if it is too old, or somebody did something since."""
    about = JournalLine.objects.filter(subject_kind="ticket", subject_id=ticket.pk).order_by("-id")
    own = about.filter(code=code, actor_kind=actor.kind, actor_id=actor.id).first()
    if own is None or own.at < clock.now() - WITHIN:
        raise WrongState(_("This can no longer be taken back."), code="too_late")
    if about.filter(id__gt=own.id, actor_kind="person").exclude(actor_id=actor.id).exists():
        raise WrongState(_("Somebody has gone on with this ticket meanwhile."), code="went_on")
    return journal.line(own.id)
