"""Remembering which mails belong to which ticket, and giving out tokens. Part of the commands that send and receive."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from dreiklang.channels.mail import threads
from dreiklang.channels.models import Thread
from dreiklang.kernel import clock, instance

_REMEMBER = """
INSERT INTO channels_knownmessageid
    (message_id, ticket_id, epoch, is_ours, purpose, person_id, said_id, correspondence_id, addresses)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (message_id, ticket_id) DO UPDATE
    SET addresses = ARRAY(SELECT DISTINCT unnest(channels_knownmessageid.addresses || EXCLUDED.addresses))
"""


def token_for(ticket_id: int, *, purpose: str, person_id: int | None = None, address: str = "") -> str:
    """The token of a thread in this epoch, made when first asked for.

    ``purpose`` is one of ``threads.PURPOSES``; a note thread needs ``person_id``, a third party's has ``address``.
    """
    thread, _made = Thread.objects.get_or_create(
        ticket_id=ticket_id,
        epoch=instance.epoch(),
        purpose=purpose,
        person_id=person_id,  # type: ignore[misc]  # null is a value of its own here
        address=address.lower(),
        defaults={"token": threads.new_token(), "made_at": clock.now()},
    )
    return thread.token


def remember(
    message_id: str,
    *,
    ticket_id: int,
    is_ours: bool,
    purpose: str = threads.REQUESTER,
    addresses: Iterable[str] = (),
    person_id: int | None = None,
    said_id: int | None = None,
    correspondence_id: int | None = None,
) -> None:
    """Keep that a Message-ID (without brackets) belongs to a ticket, and who was in From, To and Cc of that mail.

    ``said_id`` is the Message it carried. Safe to call again: the addresses add up.
    """
    if not message_id:
        return
    folded = sorted({address.strip().lower()[:254] for address in addresses if address.strip()})
    with connection.cursor() as cursor:
        cursor.execute(
            _REMEMBER,
            [
                message_id[:250],
                ticket_id,
                instance.epoch(),
                is_ours,
                purpose,
                person_id,
                said_id,
                correspondence_id,
                folded,
            ],
        )
