"""Beat two: what a kept mail becomes, decided and done in one transaction, once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import connection, transaction

from dreiklang.channels.gate.commands import deeds
from dreiklang.channels.gate.commands.faxes import as_fax
from dreiklang.channels.gate.mailboxes import Arrival
from dreiklang.channels.gate.rules import Deed, decide
from dreiklang.channels.gate.sighting import look_at
from dreiklang.channels.mail.inbound.parsing import ParsedMail
from dreiklang.kernel import clock
from dreiklang.kernel.command import command
from dreiklang.kernel.failpoints import reach
from dreiklang.kernel.permissions import Actor, require

# The transaction does not wait for the disk (`command.done_again_if_lost`, here without a statement of its own): the
# bytes were kept before, and if the machine loses its power now, `settle_waiting` finds them unsettled.
_CLAIM = """
SELECT id, set_config('synchronous_commit', 'off', true) FROM channels_incoming
WHERE id = %s AND state <> 'settled' FOR UPDATE SKIP LOCKED
"""
_WRITE = """
UPDATE channels_incoming SET
    state = 'settled', outcome = %s, reason = %s, ticket_id = %s, claims = %s, sender = %s, subject = %s, auto = %s,
    is_sender_proven = %s, problems = %s, settled_at = %s, next_try_at = NULL, last_error = ''
WHERE id = %s
"""

DEEDS: dict[Deed, Callable[[deeds.Case], deeds.Done]] = {
    Deed.OPEN: deeds.open_new,
    Deed.OPEN_LINKED: deeds.open_linked,
    Deed.MESSAGE: deeds.join,
    Deed.MESSAGE_REOPENING: deeds.join_reopening,
    Deed.CORRESPONDENCE: deeds.join_correspondence,
    Deed.NOTE: deeds.join_note,
    Deed.HOLD: deeds.hold,
    Deed.IGNORE: deeds.ignore,
    Deed.BOUNCE: deeds.note_bounce,
}


@dataclass(frozen=True, slots=True)
class Settled:
    """How a mail was settled."""

    outcome: str
    ticket: int | None
    claims: int | None
    reason: str


class _Taken(Exception):
    """Another process settles this mail, or has."""


def settle(
    incoming_id: int,
    mail: ParsedMail,
    arrival: Arrival,
    envelope_to: Sequence[str] = (),
    *,
    raw: bytes,
    actor: Actor,
) -> Settled | None:
    """Decide and do, all or nothing. None if another process is at it or has done it. Safe to run again."""
    try:
        return _settle(incoming_id, mail, arrival, envelope_to, raw=raw, actor=actor)
    except _Taken:
        return None


@command
def _settle(
    incoming_id: int,
    mail: ParsedMail,
    arrival: Arrival,
    envelope_to: Sequence[str],
    *,
    raw: bytes,
    actor: Actor,
) -> Settled:
    require(actor.is_system)
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [incoming_id])
        if cursor.fetchone() is None:
            raise _Taken
    seen = look_at(mail, arrival, envelope_to, raw=raw)
    verdict = decide(seen.sight)
    case = deeds.Case(incoming_id, mail, arrival, seen, verdict.reason, raw, actor)
    done = as_fax(case)
    if done is None and verdict.deed is Deed.QUARANTINE:
        raise deeds.Unsettleable(code=verdict.reason)
    done = done or DEEDS[verdict.deed](case)
    with connection.cursor() as cursor:
        cursor.execute(
            _WRITE,
            [
                done.outcome,
                done.reason or verdict.reason,
                done.ticket_id,
                done.claims,
                seen.sender,
                mail.subject[:300],
                mail.auto.value,
                seen.sight.is_proven,
                [*mail.problems, *case.problems],
                clock.now(),
                incoming_id,
            ],
        )
    reach("before_settle_commit")
    transaction.on_commit(_committed)
    return Settled(done.outcome, done.number, done.claims, done.reason or verdict.reason)


def _committed() -> None:
    reach("at_settle_commit")
