"""A push service on loopback, and the browsers behind it, which open what was sealed for them (RFC 8291, RFC 8188)."""

from __future__ import annotations

import base64
import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography.hazmat.primitives import hashes, hmac, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

Header = dict[str, str]


def text_of(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _mac(key: bytes, said: bytes) -> bytes:
    made = hmac.HMAC(key, hashes.SHA256())
    made.update(said)
    return made.finalize()


class Browser:
    """The receiving half: a key pair and a secret, as a browser makes them when it subscribes."""

    def __init__(self) -> None:
        self.private = ec.generate_private_key(ec.SECP256R1())
        self.secret = os.urandom(16)
        self.point = self.private.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        self.key, self.auth = text_of(self.point), text_of(self.secret)

    def opened(self, body: bytes) -> bytes:
        """What was said, by hand from the two RFCs; raises if it was not sealed for this browser."""
        salt, size, length = body[:16], int.from_bytes(body[16:20], "big"), body[20]
        sender, record = body[21 : 21 + length], body[21 + length :]
        assert len(record) <= size
        shared = self.private.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender))
        material = _mac(_mac(self.secret, shared), b"WebPush: info\x00" + self.point + sender + b"\x01")
        once = _mac(salt, material)
        content = _mac(once, b"Content-Encoding: aes128gcm\x00\x01")[:16]
        nonce = _mac(once, b"Content-Encoding: nonce\x00\x01")[:12]
        opener = Cipher(algorithms.AES(content), modes.GCM(nonce, record[-16:])).decryptor()
        plain = (opener.update(record[:-16]) + opener.finalize()).rstrip(b"\x00")
        assert plain.endswith(b"\x02"), "the last record says so"
        return plain[:-1]


class PushService:
    """Takes pushes and keeps them; ``status`` is what it answers."""

    def __init__(self) -> None:
        self.status, self.headers = 201, dict[str, str]()
        self.seen: list[tuple[str, Header, bytes]] = []
        self.browsers: dict[str, Browser] = {}
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                service.seen.append((self.path, dict(self.headers), body))
                self.send_response(service.status)
                for name, value in service.headers.items():
                    self.send_header(name, value)
                self.end_headers()

            def log_message(self, *_more: Any) -> None:
                """Be quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()
        self.origin = f"http://127.0.0.1:{self.server.server_port}"

    def subscription(self) -> dict[str, str]:
        """What a browser that subscribes here hands to the desk."""
        browser, path = Browser(), f"/p/{len(self.browsers)}"
        self.browsers[path] = browser
        return {"endpoint": self.origin + path, "key": browser.key, "auth": browser.auth}

    def shown(self) -> list[dict[str, Any]]:
        """What the browsers behind it read, in order."""
        return [json.loads(self.browsers[path].opened(body)) for path, _headers, body in self.seen]


@contextmanager
def push_service() -> Iterator[PushService]:
    """A push service for as long as it is needed."""
    made = PushService()
    try:
        yield made
    finally:
        made.server.shutdown()
        made.server.server_close()
