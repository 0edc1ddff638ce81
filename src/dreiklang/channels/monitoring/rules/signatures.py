"""Signatures after Standard Webhooks 1.0: HMAC-SHA256 over ``id.timestamp.body``, in a window of time."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from typing import Final

PREFIX: Final = "whsec_"
WINDOW: Final = timedelta(minutes=5)


def new_signing_secret() -> str:
    """A fresh secret of 24 random bytes in the form that the specification names."""
    return PREFIX + base64.b64encode(secrets.token_bytes(24)).decode()


def signature(secret: str, call_id: str, timestamp: str, body: bytes) -> str:
    """The signature of a call in version 1, as it stands in ``webhook-signature``."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = f"{call_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def is_signed(secret: str, *, call_id: str, timestamp: str, signatures: str, body: bytes, now: datetime) -> bool:
    """Whether a call bears a signature made with the secret, not older or younger than five minutes.

    Several signatures (while keys change) stand in one header, separated by blanks; one that fits is enough.
    """
    if not call_id or not timestamp.isdigit() or len(timestamp) > 12:
        return False
    if abs(now.timestamp() - int(timestamp)) > WINDOW.total_seconds():
        return False
    try:
        wanted = signature(secret, call_id, timestamp, body)
    except (binascii.Error, ValueError):
        return False
    given = signatures.split()[:10]
    return any(hmac.compare_digest(wanted.encode(), one.encode()) for one in given)
