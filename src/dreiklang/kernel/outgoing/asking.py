"""One request by HTTP through the one door out: judged address, verified certificate, no redirect, bounded answer."""

from __future__ import annotations

import http.client
import ipaddress
import json
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.utils.translation import gettext as _

from dreiklang.kernel.errors import Unavailable
from dreiklang.kernel.outgoing.connecting import open_socket

MOST_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Reply:
    """What a server answered; a redirect is an answer like any other, for the caller to judge."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def data(self) -> dict[str, Any]:
        """The body as a JSON object. Raises Unavailable if it is none."""
        try:
            found = json.loads(self.body)
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            raise Unavailable(_("The server answered something else than expected."), code="strange_answer")
        return found


def ask(
    url: str, *, method: str = "GET", body: bytes | None = None, headers: Mapping[str, str] | None = None,
    timeout: float = 10, authority: str = "",
) -> Reply:  # fmt: skip
    """Ask a server; ``timeout`` in seconds for the whole of it, ``authority`` a PEM of an own certificate authority.

    Raises ForbiddenTarget (P35), or Unavailable with a plain sentence: unknown, silent, slow, wrong certificate.
    """
    parts = checked_address(url)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    until = time.monotonic() + timeout
    raw = open_socket(host, port, timeout=timeout)
    try:
        if parts.scheme == "https":
            context = ssl.create_default_context()
            if authority:
                context.load_verify_locations(cadata=authority)
            raw = context.wrap_socket(raw, server_hostname=host)
        connection = http.client.HTTPConnection(host, port)
        connection.sock = raw
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request(method, path, body=body, headers={"Accept-Encoding": "identity", **(headers or {})})
        answer = connection.getresponse()
        return Reply(answer.status, {k.lower(): v for k, v in answer.getheaders()}, _read(answer, raw, until))
    except ssl.SSLCertVerificationError as wrong:
        sentence = _("The certificate of “%(host)s” is not trusted: %(why)s.")
        raise Unavailable(sentence % {"host": host, "why": wrong.verify_message}, code="certificate") from wrong
    except TimeoutError as slow:
        raise Unavailable(_("“%(host)s” takes too long to answer.") % {"host": host}, code="slow") from slow
    except (OSError, http.client.HTTPException, ValueError) as broken:
        raise Unavailable(_("“%(host)s” broke the connection off.") % {"host": host}, code="broken_off") from broken
    finally:
        raw.close()


def checked_address(url: str) -> SplitResult:
    """The parts of an address that may be asked: https, or http on this machine itself. Raises Unavailable."""
    try:
        parts = urlsplit(url)
        fits = bool(parts.hostname) and (parts.port is None or parts.port > 0) and not parts.username
    except ValueError:
        parts, fits = urlsplit(""), False
    is_plain = parts.scheme == "http" and _is_own_machine(parts.hostname or "")
    if not fits or not (parts.scheme == "https" or is_plain) or any(c.isspace() or ord(c) < 32 for c in url):
        raise Unavailable(_("An address that begins with https:// is needed."), code="no_address")
    return parts


def _is_own_machine(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _read(answer: http.client.HTTPResponse, raw: Any, until: float) -> bytes:
    kept = bytearray()
    while True:
        left = until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        raw.settimeout(left)
        part = answer.read1(65_536)
        if not part:
            return bytes(kept)
        kept += part
        if len(kept) > MOST_BYTES:
            raise ValueError("too long")
