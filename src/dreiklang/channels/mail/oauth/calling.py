"""Asking a provider: a form by POST, JSON back, through the one door out; redirects are not followed (P35)."""

from __future__ import annotations

import http.client
import json
import ssl
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.utils.translation import gettext as _

from dreiklang.kernel.errors import Unavailable
from dreiklang.kernel.outgoing import open_socket

#: Seconds for the whole answer, bytes of it.
PATIENCE, LARGEST = 15.0, 262_144


class _Connection(http.client.HTTPConnection):
    """HTTP over a socket whose address was judged; TLS verified."""

    def __init__(self, host: str, port: int, context: ssl.SSLContext | None) -> None:
        super().__init__(host, port, timeout=PATIENCE)
        self._context = context

    def connect(self) -> None:
        raw = open_socket(self.host, self.port, timeout=PATIENCE)
        raw.settimeout(PATIENCE)
        self.sock = self._context.wrap_socket(raw, server_hostname=self.host) if self._context else raw


def post(url: str, fields: dict[str, str]) -> tuple[int, dict[str, Any]]:
    """Send a form; the status and what the JSON says. Raises Unavailable, or ForbiddenTarget (P35)."""
    parts = urlsplit(url)
    is_tls = parts.scheme == "https"
    host = parts.hostname or ""
    connection = _Connection(
        host, parts.port or (443 if is_tls else 80), ssl.create_default_context() if is_tls else None
    )
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    head = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    try:
        connection.request("POST", path, urlencode(fields), head)
        answer = connection.getresponse()
        body = answer.read(LARGEST + 1)
    except ssl.SSLError as wrong:
        raise Unavailable(
            _("The certificate of “%(host)s” is not valid.") % {"host": host}, code="certificate"
        ) from wrong
    except (OSError, http.client.HTTPException) as silent:
        raise Unavailable(_("“%(host)s” does not answer.") % {"host": host}, code="no_answer") from silent
    finally:
        connection.close()
    try:
        said = json.loads(body[:LARGEST])
    except ValueError:
        said = {}
    return answer.status, said if isinstance(said, dict) else {}
