"""A mail goes through the gate in two beats: kept, then settled. Whatever happens between them is made good later."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import DatabaseError, InterfaceError, OperationalError, close_old_connections, connection

from dreiklang.channels.gate.commands.quarantining import quarantine
from dreiklang.channels.gate.commands.settling import settle
from dreiklang.channels.gate.commands.storing import keep
from dreiklang.channels.gate.mailboxes import Arrival, arrival_at, arrival_of
from dreiklang.channels.gate.reading import read_mail
from dreiklang.channels.mail.inbound.isolation import Failure
from dreiklang.channels.models import Incoming
from dreiklang.kernel import clock
from dreiklang.kernel.errors import Refusal
from dreiklang.kernel.failpoints import reach
from dreiklang.kernel.permissions import Actor

log = logging.getLogger(__name__)

TRIES_AT_ONCE = 3
#: A mail that is stored and not settled for so long is nobody's work any more: its process has died.
ABANDONED_AFTER = timedelta(seconds=20)
#: A mail that was found stored so often without being settled may be what kills its readers (P04).
MOST_UNFINISHED = 5


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a mail: outcome, the ticket's shown number, the number it claims, why (a code)."""

    outcome: str
    ticket: int | None = None
    claims: int | None = None
    reason: str = ""
    incoming_id: int = 0

    def as_json(self) -> dict[str, object]:
        """As ``mail deliver`` prints it."""
        return {"outcome": self.outcome, "ticket": self.ticket, "claims": self.claims, "reason": self.reason}


def take_in(
    raw: bytes,
    *,
    actor: Actor,
    mailbox: str | None = None,
    door: str = "file",
    envelope_from: str | None = None,
    envelope_to: Sequence[str] = (),
) -> Outcome:
    """Keep a mail and settle it. When this returns, the mail is stored, whatever the outcome.

    ``mailbox`` is the address it came to; without one, the catch-all's. Raises Invalid if nobody takes mail to that
    address, and the database's own errors if the mail could not be stored: then whoever delivers keeps it.
    """
    arrival = arrival_at(mailbox)
    kept = keep(raw, arrival, door=door, envelope_from=envelope_from, envelope_to=envelope_to)
    reach("after_raw_commit")
    if not kept.is_new and kept.state != Incoming.State.STORED:
        return Outcome(Incoming.Outcome.DUPLICATE, reason="same_mail", incoming_id=kept.id)
    outcome = _settle_stored(kept.id, raw, arrival, envelope_to, actor=actor)
    reach("after_settle_commit")
    return outcome


def _settle_stored(
    incoming_id: int, raw: bytes, arrival: Arrival, envelope_to: Sequence[str], *, actor: Actor
) -> Outcome:
    """Beat two. Never raises: what cannot be settled is quarantined, or stays stored for the schedule to try again."""
    reason, trouble, subject = "", "", ""
    for attempt in range(TRIES_AT_ONCE):
        try:
            mail = read_mail(raw)
            if isinstance(mail, Failure):
                reason, trouble = f"unreadable_{mail.code}", mail.detail
                break
            subject = mail.subject
            reach("after_parse")
            settled = settle(incoming_id, mail, arrival, envelope_to, raw=raw, actor=actor)
            if settled is None:
                return Outcome(Incoming.Outcome.DUPLICATE, reason="being_settled", incoming_id=incoming_id)
            return Outcome(settled.outcome, settled.ticket, settled.claims, settled.reason, incoming_id)
        except (OperationalError, InterfaceError) as broken:
            reason, trouble = "database", _in_short(broken)
            if attempt + 1 < TRIES_AT_ONCE and connection.connection is not None:
                continue  # a deadlock: the other one has gone on
            break
        except (Refusal, DatabaseError, ValueError, ArithmeticError, LookupError, TypeError, RecursionError) as bad:
            reason = bad.code if isinstance(bad, Refusal) else "unreadable"
            trouble = _in_short(bad)
            log.warning("mail %s is quarantined: %s (%s)", incoming_id, reason, trouble)
            break
        except Exception as unforeseen:
            reason, trouble = "unreadable", _in_short(unforeseen)
            log.exception("mail %s is quarantined", incoming_id)
            break
    if not connection.in_atomic_block:
        close_old_connections()
    try:
        quarantine(incoming_id, actor=actor, reason=reason, error=trouble, subject=subject)
    except DatabaseError:
        log.warning("mail %s stays stored, to be settled later: %s", incoming_id, trouble)
    return Outcome(Incoming.Outcome.QUARANTINED, reason=reason, incoming_id=incoming_id)


def settle_waiting(*, actor: Actor, at_most: int = 200) -> int:
    """Settle what was stored and left (its process died), and try again what is due in quarantine; returns how many.

    Run at start-up and by the schedule; several at once share the work.
    """
    now = clock.now()
    abandoned = Incoming.objects.filter(
        state=Incoming.State.STORED, received_at__lte=now - ABANDONED_AFTER
    ).values_list("id", flat=True)
    due = Incoming.objects.filter(state=Incoming.State.QUARANTINED, next_try_at__lte=now).values_list("id", flat=True)
    worked = 0
    for incoming_id in [*abandoned.order_by("id")[:at_most], *due.order_by("id")[:at_most]]:
        again(incoming_id, actor=actor)
        worked += 1
    return worked


def again(incoming_id: int, *, actor: Actor) -> Outcome:
    """Settle one stored or quarantined mail from its kept bytes."""
    kept = Incoming.objects.get(pk=incoming_id)
    tries = _begin_try(kept)
    if tries > MOST_UNFINISHED and kept.state == Incoming.State.STORED:
        quarantine(incoming_id, actor=actor, reason="unfinished", error="its reader ended before it was settled")
        return Outcome(Incoming.Outcome.QUARANTINED, reason="unfinished", incoming_id=incoming_id)
    arrival = arrival_of(kept.mailbox_id, kept.mailbox_address)
    return _settle_stored(incoming_id, bytes(kept.raw), arrival, kept.envelope_to, actor=actor)


def _begin_try(kept: Incoming) -> int:
    """Count the try before it begins, committed: a mail that ends its reader is found out by this."""
    kept.tries += 1
    Incoming.objects.filter(pk=kept.pk).update(tries=kept.tries)
    return kept.tries


def _in_short(error: BaseException) -> str:
    words = str(error).replace("\x00", "")
    return (f"{type(error).__name__}: {words}" if words else type(error).__name__)[:1_000]
