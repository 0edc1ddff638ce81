"""Who a visitor is, by the word of the page's own server: HMAC-SHA256 (RFC 2104) over widget, person and expiry."""

from __future__ import annotations

import hashlib
import hmac
from typing import Final

#: Seconds for which a page may vouch for somebody; a longer proof would outlive its sign-in.
LONGEST_PROOF: Final = 24 * 60 * 60


def signature_of(secret: str, *, key: str, person: str, until: str) -> str:
    """What the page's server computes: hexadecimal, over ``key``, mail address and expiry, a line each.

    ``until`` is in seconds since 1970 (UTC), as text and as sent.
    """
    return hmac.new(secret.encode(), f"{key}\n{person}\n{until}".encode(), hashlib.sha256).hexdigest()


def is_proven(secret: str, *, key: str, person: str, until: str, signature: str, now: float) -> bool:
    """Whether a visitor is who the page says. Whoever comes without all of it, or too late, is anonymous (P25)."""
    if not (secret and person and signature and until.isascii() and until.isdigit() and len(until) < 12):
        return False
    wanted = signature_of(secret, key=key, person=person, until=until)
    is_signed = hmac.compare_digest(wanted.encode(), signature.lower().encode("utf-8", "replace"))
    return is_signed and now < int(until) <= now + LONGEST_PROOF
