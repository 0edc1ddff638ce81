"""Which senders a blocking covers. Pure."""

from __future__ import annotations

import re
from typing import Final

#: Why a held mail stands in the review of spam, and not in the first level's worklist.
BLOCKED, MARKED, BY_HAND = "blocked", "marked_spam", "spam"
REASONS: Final = (BLOCKED, MARKED, BY_HAND)

_DOMAIN = re.compile(r"(?=.{4,253}$)([a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9-]{2,63}")


def pattern_of(text: str) -> str:
    """What somebody typed as a pattern: an address, or ``@`` and a domain. Empty if it is neither."""
    plain = text.strip().lower().strip("<>")
    local, at, domain = plain.rpartition("@")
    if local.startswith("*"):
        local = local[1:]
    try:
        domain = (domain if at else plain).strip(".").encode("idna").decode("ascii")
    except UnicodeError:
        return ""
    if not _DOMAIN.fullmatch(domain) or re.search(r"[\s@,;]", local):
        return ""
    return f"{local}@{domain}"


def patterns_for(address: str) -> list[str]:
    """Every pattern that covers an address: itself, its domain, and the domains above that one, down to two parts."""
    whole = pattern_of(address)
    if not whole or whole.startswith("@"):
        return []
    parts = whole.rpartition("@")[2].split(".")
    return [whole, *("@" + ".".join(parts[place:]) for place in range(len(parts) - 1))]


def is_marked(flag: str) -> bool:
    """Whether the word of a relay in ``X-Spam-Flag``, ``X-Spam-Status`` or ``X-Spam`` says spam."""
    return flag.strip().lower().startswith(("yes", "true", "spam", "1"))
