"""Asking a provider: a form by POST, JSON back, through the one door out; redirects are not followed (P35)."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

from dreiklang.kernel.errors import Unavailable
from dreiklang.kernel.outgoing import ask

#: Seconds for the whole answer.
PATIENCE: Final = 15.0
HEAD: Final = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}


def post(url: str, fields: dict[str, str]) -> tuple[int, dict[str, Any]]:
    """Send a form; the status and what the JSON says, nothing if it is none. Raises Unavailable, or ForbiddenTarget."""
    reply = ask(url, method="POST", body=urlencode(fields).encode(), headers=HEAD, timeout=PATIENCE)
    try:
        return reply.status, reply.data()
    except Unavailable:
        return reply.status, {}
