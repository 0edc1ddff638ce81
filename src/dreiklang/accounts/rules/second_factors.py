"""One-time codes from an app (RFC 6238) and recovery codes. Pure."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from datetime import datetime
from typing import Final
from urllib.parse import quote

STEP_SECONDS: Final = 30
DIGITS: Final = 6
#: Clocks of phones may be off by one step to either side (RFC 6238 section 5.2).
DRIFT: Final = 1
RECOVERY_CODES: Final = 10
_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"


def new_secret() -> str:
    """160 random bits in base32, as RFC 4226 section 4 asks and apps read them."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def step_of(at: datetime) -> int:
    """The number of the 30-second step a moment lies in, counted from 1970 UTC."""
    return int(at.timestamp()) // STEP_SECONDS


def code_at(secret: str, step: int) -> str:
    """The six digits of a step: HOTP of RFC 4226 section 5.3 with SHA-1, which is what apps know."""
    digest = hmac.new(base64.b32decode(secret), step.to_bytes(8, "big"), hashlib.sha1).digest()
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFF_FFFF
    return str(number % 10**DIGITS).zfill(DIGITS)


def step_that_fits(secret: str, code: str, at: datetime, *, after: int) -> int | None:
    """The step whose code this is, later than ``after``, so that no code works twice; None if it fits none."""
    typed = "".join(code.split())
    if len(typed) != DIGITS or not (typed.isascii() and typed.isdigit()):
        return None
    now = step_of(at)
    for step in range(now - DRIFT, now + DRIFT + 1):
        if step > after and hmac.compare_digest(code_at(secret, step), typed):
            return step
    return None


def address_of(secret: str, *, login: str, desk: str) -> str:
    """What an app reads from the picture (the otpauth form of the common authenticator apps)."""
    label = quote(f"{desk}:{login}", safe="@")
    return f"otpauth://totp/{label}?secret={secret}&issuer={quote(desk)}&digits={DIGITS}&period={STEP_SECONDS}"


def new_recovery_codes() -> list[str]:
    """Ten codes to write down, each of 50 bits, without signs that look alike."""
    return [_recovery_code() for _n in range(RECOVERY_CODES)]


def _recovery_code() -> str:
    letters = "".join(secrets.choice(_LETTERS) for _n in range(10))
    return f"{letters[:5]}-{letters[5:]}"


def recovery_digest(code: str) -> bytes:
    """What is kept of a recovery code; blanks, dashes and case do not count."""
    plain = "".join(c for c in code.lower() if c.isalnum())
    return hashlib.sha256(f"recovery {plain}".encode()).digest()
