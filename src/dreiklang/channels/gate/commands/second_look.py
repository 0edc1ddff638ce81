"""What people ask of a mail that is settled: read it again with a new key, or let level 1 see what was only stored."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext as _

from dreiklang.channels.gate import policy
from dreiklang.channels.gate.commands import deeds
from dreiklang.channels.gate.commands.people import MAIL, case_of
from dreiklang.channels.gate.events import MailReprocessed
from dreiklang.channels.mail.inbound.parsing.sealed import ENCRYPTED
from dreiklang.channels.models import Incoming
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import WrongState
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require
from dreiklang.tickets.commands.sealing import Seal
from dreiklang.tickets.commands.unsealing import unseal
from dreiklang.tickets.models import Correspondence, Message

ASKED_FOR = "asked_for"
NEVER_SHOWN = frozenset({"loop", "dismissed"})
"""Our own mail, and what somebody decided about already."""


def closed_words(incoming: Incoming) -> Message | Correspondence | None:
    """What this mail said, if it came encrypted and could not be read."""
    if incoming.outcome not in (Incoming.Outcome.OPENED, Incoming.Outcome.JOINED):
        return None
    for kind in (Message, Correspondence):
        found = kind.objects.filter(source_id=incoming.pk, seal=ENCRYPTED).order_by("id").first()
        if found is not None:
            return found
    return None


def may_be_shown(incoming: Incoming) -> bool:
    """Whether a mail that was only stored may go to level 1 after all."""
    is_stored = incoming.state == Incoming.State.SETTLED and incoming.outcome == Incoming.Outcome.IGNORED
    return is_stored and bool(incoming.sender) and incoming.reason not in NEVER_SHOWN


@command
def read_again(incoming: Incoming, *, actor: Actor) -> Message | Correspondence:
    """Open words that could not be read, with the keys there are now. Raises WrongState if none opens them."""
    require(policy.may_see_gate(actor))
    words = closed_words(incoming)
    if words is None:
        raise WrongState(_("There is nothing here that waits to be opened."))
    case = case_of(incoming)
    if case.mail.seal == ENCRYPTED:
        raise WrongState(_("No key of the desk opens this mail."), code="no_key")
    text, html = deeds.words_of(case.mail)
    seal = Seal(case.mail.seal, case.mail.seal_check, case.mail.seal_by)
    opened = unseal(words, actor=MAIL, text=text, html=html, seal=seal, attachments=deeds.uploads(case))
    publish(MailReprocessed(subject_id=incoming.pk), actor=actor)
    return opened


@command
def show_to_level_one(incoming: Incoming, *, actor: Actor) -> Incoming:
    """A mail that was only stored becomes a row of level 1's worklist: a machine was taken for a person's words, or a
    person's for a machine's."""
    require(policy.may_see_gate(actor))
    kept = Incoming.objects.select_for_update().get(pk=incoming.pk)
    if not may_be_shown(kept):
        raise WrongState(_("Only a mail that was merely stored can be shown to level 1."))
    done = deeds.hold(replace(case_of(kept), reason=ASKED_FOR, actor=actor))
    kept.outcome, kept.reason, kept.claims = done.outcome, done.reason, done.claims
    kept.save(update_fields=["outcome", "reason", "claims"])
    return kept
