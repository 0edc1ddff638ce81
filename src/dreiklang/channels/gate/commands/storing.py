"""Beat one: the bytes of a mail are kept and committed, before anybody reads them (P01)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import psycopg
from django.db import connection, transaction

from dreiklang.channels.gate.mailboxes import Arrival
from dreiklang.channels.mail.inbound.fingerprint import delivery_key, plain_message_id
from dreiklang.channels.models import Incoming
from dreiklang.kernel import clock

_STORE = """
INSERT INTO channels_incoming (
    door, mailbox_id, mailbox_address, raw, size, sha256, key, message_id, envelope_from, envelope_to, received_at,
    state, outcome, reason, sender, subject, auto, is_sender_proven, problems, tries, last_error
) VALUES (%s, %s, %s, %b, %s, %b, %b, %s, %s, %s, %s, 'stored', '', '', '', '', '', false, '{}', 0, '')
ON CONFLICT (key) DO NOTHING
RETURNING id
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """A kept original: whether it is new, and how far it has come if it is not."""

    id: int
    is_new: bool
    state: str = Incoming.State.STORED


def keep(
    raw: bytes,
    arrival: Arrival,
    *,
    door: str,
    envelope_from: str | None = None,
    envelope_to: Sequence[str] = (),
) -> Kept:
    """Commit the bytes of a mail. The same mail at the same mailbox is kept once; then the earlier one is returned."""
    key = delivery_key(raw, arrival.address)
    with transaction.atomic(durable=True):
        connection.ensure_connection()
        # bytes go to the server as they are; Django's own cursor would spell them out in the statement
        with psycopg.Cursor(connection.connection) as cursor:
            cursor.execute(
                _STORE,
                [
                    door,
                    arrival.mailbox_id,
                    arrival.address,
                    raw,
                    len(raw),
                    hashlib.sha256(raw).digest(),
                    key,
                    plain_message_id(raw),
                    "" if envelope_from is None else storable(envelope_from)[:320] or "<>",
                    [storable(address)[:320] for address in envelope_to],
                    clock.now(),
                ],
            )
            made = cursor.fetchone()
    if made:
        return Kept(made[0], is_new=True)
    earlier, state = Incoming.objects.values_list("id", "state").get(key=key)
    return Kept(earlier, is_new=False, state=state)


def storable(text: str) -> str:
    """A text that PostgreSQL keeps: without null bytes and unpaired surrogates."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
