"""HTTP through the one door out: judged address, verified certificate, no redirect, bounded in size and time."""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import json
import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.utils.translation import gettext as _

from dreiklang.kernel.errors import Unavailable
from dreiklang.kernel.outgoing.connecting import open_socket

MOST_BYTES = 1_000_000
#: Seconds in which a server takes a connection; what it does afterwards may take as long as the caller waits.
CONNECTING = 5.0


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
    timeout: float = 10, authority: str = "", first: int = 0, may_be_plain: bool = False,
) -> Reply:  # fmt: skip
    """Ask a server.

    ``timeout``: seconds for the whole of it, however the server drips; ``authority``: a PEM of an own certificate
    authority; ``first``: so many bytes of the answer are enough; ``may_be_plain``: http to another machine too.
    Raises ForbiddenTarget (P35), or Unavailable with a plain sentence: unknown, silent, slow, wrong certificate.
    """
    parts = checked_address(url, may_be_plain=may_be_plain)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    slow = Unavailable(_("“%(host)s” takes too long to answer.") % {"host": host}, code="slow")
    with _Cut(open_socket(host, port, timeout=min(timeout, CONNECTING)), timeout) as line:
        try:
            if parts.scheme == "https":
                line.encrypt(host, authority)
            connection = http.client.HTTPConnection(host, port)
            connection.sock = line.socket
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request(method, path, body=body, headers={"Accept-Encoding": "identity", **(headers or {})})
            answer = connection.getresponse()
            reply = Reply(answer.status, {k.lower(): v for k, v in answer.getheaders()}, _read(answer, first))
        except ssl.SSLCertVerificationError as wrong:
            sentence = _("The certificate of “%(host)s” is not trusted: %(why)s.")
            raise Unavailable(sentence % {"host": host, "why": wrong.verify_message}, code="certificate") from wrong
        except TimeoutError as late:
            raise slow from late
        except (OSError, http.client.HTTPException, ValueError) as broken:
            if line.is_cut:
                raise slow from broken
            raise Unavailable(_("“%(host)s” broke the connection off.") % {"host": host}, code="broken_off") from broken
        if line.is_cut:
            raise slow
        return reply


class _Cut:
    """A connection that is cut off after some seconds, whatever the other side does meanwhile."""

    def __init__(self, raw: socket.socket, seconds: float) -> None:
        self.socket, self.is_cut = raw, False
        raw.settimeout(seconds)
        self._timer = threading.Timer(seconds, self._cut)

    def __enter__(self) -> _Cut:
        self._timer.start()
        return self

    def __exit__(self, *_why: object) -> None:
        self._timer.cancel()
        self.socket.close()

    def encrypt(self, host: str, authority: str) -> None:
        context = ssl.create_default_context()
        if authority:
            context.load_verify_locations(cadata=authority)
        self.socket = context.wrap_socket(self.socket, server_hostname=host)

    def _cut(self) -> None:
        self.is_cut = True
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)


def checked_address(url: str, *, may_be_plain: bool = False) -> SplitResult:
    """The parts of an address that may be asked: https, or http on this machine itself. Raises Unavailable."""
    try:
        parts = urlsplit(url)
        fits = bool(parts.hostname) and (parts.port is None or parts.port > 0) and not parts.username
    except ValueError:
        parts, fits = urlsplit(""), False
    is_plain = parts.scheme == "http" and (may_be_plain or _is_own_machine(parts.hostname or ""))
    if not fits or not (parts.scheme == "https" or is_plain) or any(c.isspace() or ord(c) < 32 for c in url):
        raise Unavailable(_("An address that begins with https:// is needed."), code="no_address")
    return parts


def _is_own_machine(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _read(answer: http.client.HTTPResponse, first: int) -> bytes:
    if first:
        return answer.read(first)
    kept = answer.read(MOST_BYTES + 1)
    if len(kept) > MOST_BYTES:
        raise ValueError("too long")
    return kept
