"""What is decided about messengers from values alone. Pure."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from typing import Final

#: A state of an answer only goes on: what comes late changes nothing.
ORDER: Final = {"sent": 1, "delivered": 2, "read": 3}
#: Words beyond this are a file beside the message: nobody reads them in a conversation.
READABLE: Final = 20_000
#: Seconds a signed call may be old or ahead (Slack: "Verifying requests from Slack").
WINDOW_SECONDS: Final = 300


def same(wanted: str, given: str) -> bool:
    """Whether two secrets are one, in a time that does not tell where they differ; an empty one never is."""
    return bool(wanted) and hmac.compare_digest(wanted.encode(), given.encode("utf-8", "replace"))


def hex_signature(secret: str, body: bytes) -> str:
    """HMAC-SHA256 in hexadecimal."""
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def base64_signature(secret: str, body: bytes) -> str:
    """HMAC-SHA256 in base64 by a key that is base64 itself; empty if it is not."""
    try:
        key = base64.b64decode(secret, validate=True)
    except (binascii.Error, ValueError):
        return ""
    return base64.b64encode(hmac.new(key, body, hashlib.sha256).digest()).decode()


def goes_on(former: str, told: str) -> bool:
    """Whether an answer in a state comes into another one by news that may arrive in any order."""
    if told == "failed":
        return former in ("waiting", "sent")
    return ORDER.get(told, 0) > ORDER.get(former, 0) and former not in ("failed", "withdrawn")


def parts_of(text: str, longest: int) -> list[str]:
    """A text in parts that a service takes, cut at line ends or blanks where there are any; only those are lost."""
    parts, rest = [], text.strip()
    while len(rest) > longest:
        at = max(rest.rfind("\n", longest // 2, longest + 1), -1)
        if at < 0:
            at = rest.rfind(" ", longest // 2, longest + 1)
        at = longest if at < 0 else at
        parts.append(rest[:at].rstrip())
        rest = rest[at:].lstrip()
    return [*parts, rest] if rest else parts
