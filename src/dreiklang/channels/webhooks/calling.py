"""One call: signed, through the door that judges addresses (P35), certificates verified (P39), no redirect followed."""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
import threading
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from dreiklang import __version__
from dreiklang.channels.monitoring.rules.signatures import signature
from dreiklang.channels.webhooks.models import Delivery, Hook
from dreiklang.kernel import clock
from dreiklang.kernel.errors import Refusal
from dreiklang.kernel.outgoing import open_socket

#: Seconds for the connection, and for each answer to a read or write.
CONNECTING, SILENT = 5.0, 10.0
#: Seconds for a whole call: a receiver that drips its answer holds up no other one.
WHOLE = 15.0
KEPT_OF_ANSWER = 1_000
GONE = 410


@dataclass(frozen=True)
class Answer:
    """What became of a call. ``problem`` is a literal, empty for a call that was taken."""

    status: int | None
    words: str
    problem: str


class _Connection(http.client.HTTPConnection):
    """A connection whose socket comes through the one door out."""

    def __init__(self, target: SplitResult) -> None:
        self._is_tls, self.is_cut = target.scheme == "https", False
        super().__init__(target.hostname or "", target.port or (443 if self._is_tls else 80), timeout=SILENT)

    def connect(self) -> None:
        """Resolve, judge, connect; then TLS with the name verified."""
        raw = open_socket(self.host, self.port, timeout=CONNECTING)
        raw.settimeout(SILENT)
        self.sock = raw
        if self._is_tls:
            self.sock = ssl.create_default_context().wrap_socket(raw, server_hostname=self.host)

    def cut(self) -> None:
        """End a call that takes too long, from another thread."""
        self.is_cut = True
        with contextlib.suppress(OSError):
            if self.sock is not None:
                self.sock.shutdown(socket.SHUT_RDWR)


def call(hook: Hook, delivery: Delivery) -> Answer:
    """Send a delivery once. Never raises for what the other side or the network does."""
    target = urlsplit(hook.url)
    body = delivery.payload.encode()
    path = (target.path or "/") + (f"?{target.query}" if target.query else "")
    connection = _Connection(target)
    cut = threading.Timer(WHOLE, connection.cut)
    cut.start()
    try:
        connection.request("POST", path, body, headers_of(hook, delivery.key, body))
        response = connection.getresponse()
        words = response.read(KEPT_OF_ANSWER)
        if connection.is_cut:
            return Answer(None, "", "too_slow")
        return _judged(response.status, words)
    except Refusal as refused:
        return Answer(None, str(refused), refused.code)
    except ssl.SSLError as failed:
        return Answer(None, _kept(str(failed)), "certificate")
    except TimeoutError:
        return Answer(None, "", "too_slow")
    except (OSError, http.client.HTTPException, ValueError) as failed:
        problem = "too_slow" if connection.is_cut else "no_answer"
        return Answer(None, _kept(str(failed)), problem)
    finally:
        cut.cancel()
        connection.close()


def headers_of(hook: Hook, key: str, body: bytes) -> dict[str, str]:
    """The three headers of the specification, with a signature by each secret that is good now."""
    now = clock.now()
    timestamp = str(int(now.timestamp()))
    secrets = [hook.secret]
    if hook.former_secret and hook.former_until and hook.former_until > now:
        secrets.append(hook.former_secret)
    return {
        "Content-Type": "application/json",
        "User-Agent": f"Dreiklang/{__version__}",
        "webhook-id": key,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(signature(secret, key, timestamp, body) for secret in secrets),
    }


def _judged(status: int, answered: bytes) -> Answer:
    words = _kept(answered.decode("utf-8", "replace"))
    if 200 <= status < 300:
        return Answer(status, words, "")
    if 300 <= status < 400:
        return Answer(status, words, "redirect")
    return Answer(status, words, "gone" if status == GONE else "refused")


def _kept(said: str) -> str:
    """What the other side said, as the database can keep it: whatever it sent, a NUL must not stop the sender."""
    return said[:KEPT_OF_ANSWER].replace("\x00", " ").encode("utf-8", "replace").decode()
