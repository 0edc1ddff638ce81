"""Setting aside what could not be settled: listed, tried again with growing pauses, then left to people (P03)."""

from __future__ import annotations

from datetime import timedelta

from dreiklang.channels.gate.events import MailQuarantined
from dreiklang.channels.models import Incoming
from dreiklang.kernel import clock
from dreiklang.kernel.command import command
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require

#: Pauses before the next try; after the last one only people try again.
PAUSES = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=4))
#: Trying again by itself cannot help here.
FINAL = frozenset({"sender_missing", "unfinished"})


@command
def quarantine(incoming_id: int, *, actor: Actor, reason: str, error: str = "", subject: str = "") -> Incoming:
    """Set a mail aside, with the reason. Nothing else is changed; a mail that was settled meanwhile stays settled."""
    require(actor.is_system)
    kept = Incoming.objects.select_for_update().defer("raw").get(pk=incoming_id)
    if kept.state != Incoming.State.SETTLED:
        kept.state, kept.outcome = Incoming.State.QUARANTINED, Incoming.Outcome.QUARANTINED
        kept.reason, kept.last_error = reason[:40], error
        may_help = kept.tries < len(PAUSES) and reason not in FINAL
        kept.next_try_at = clock.now() + PAUSES[kept.tries] if may_help else None
        kept.subject = subject[:300] or kept.subject
        kept.save(update_fields=["state", "outcome", "reason", "last_error", "next_try_at", "subject"])
    publish(MailQuarantined(subject_id=kept.pk, reason=reason[:40], tries=kept.tries), actor=actor)
    return kept
