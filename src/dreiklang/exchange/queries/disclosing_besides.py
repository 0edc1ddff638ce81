"""What the desk holds about a person beside tickets and their record: table by table, as erasure knows them (P45).

So whatever would be erased is given out before: one list serves both. Secrets, digests and keys are not.
"""

from __future__ import annotations

from typing import Any

from django.db.models import BinaryField, Model

from dreiklang.channels.models import Incoming
from dreiklang.exchange.queries.erasing import own_held, own_incoming, rows_about
from dreiklang.exchange.rules.erasing import EMPTIED_OF_PERSON, REMOVED_OF_PERSON
from dreiklang.kernel.secrets import SecretField
from dreiklang.organizations.models import Person

#: Told elsewhere in the same file, or nothing but keys.
NOT_HERE = frozenset({
    "organizations.Address", "tickets.Participant", "accounts.OneTimeLink", "accounts.SecondFactor",
    "accounts.RecoveryCode", "accounts.SignedInSession", "accounts.ApiToken", "channels.Thread",
    "channels.KnownMessageId", "tickets.CalendarFeed", "exchange.Disclosure", "exchange.ImportLine",
})  # fmt: skip
_KEYS = frozenset({"id", "credential", "sealed_secret", "digest", "session_key", "key", "generation"})


def besides(person: Person) -> dict[str, list[dict[str, Any]]]:
    """Table → rows with the names of their fields; tables without a row are left out."""
    tables = [(label, path) for label, path, _values in EMPTIED_OF_PERSON] + list(REMOVED_OF_PERSON)
    found = {
        label: [_row(one) for one in rows_about(person, label, path).order_by("pk")]
        for label, path in tables
        if label not in NOT_HERE
    }
    return {label: rows for label, rows in found.items() if rows}


def _row(row: Model) -> dict[str, Any]:
    told = [
        field
        for field in row._meta.concrete_fields
        if not isinstance(field, BinaryField | SecretField) and field.name not in _KEYS
    ]
    return {field.name: field.value_from_object(row) for field in told}


def mails_of_theirs(person: Person, parts: dict[str, bytes]) -> list[dict[str, Any]]:
    """Mails from their addresses that became no message: held, put aside, not yet read; with their bytes as files."""
    told = []
    joined = (Incoming.Outcome.OPENED, Incoming.Outcome.JOINED)
    gists = {held.incoming_id: held.gist for held in own_held(person)}
    for mail in own_incoming(person).exclude(outcome__in=joined).order_by("pk"):
        path = f"mails/{mail.pk}.eml"
        parts[path] = bytes(mail.raw)
        gist = gists.get(mail.pk, "")
        told.append(
            {"at": mail.received_at, "subject": mail.subject, "outcome": mail.outcome, "gist": gist, "path": path}
        )
    return told
