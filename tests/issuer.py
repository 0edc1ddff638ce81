"""A fake OpenID Connect issuer: real HTTP on loopback, real keys, and a switch for everything it can do wrong."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "desk", "issuer-knows-this"


class Issuer:
    """What it answers, and how it was asked."""

    def __init__(self) -> None:
        self.address = ""
        self.keys: dict[str, rsa.RSAPrivateKey] = {}
        self.codes: dict[str, dict[str, Any]] = {}
        self.asked: list[str] = []
        self.user: dict[str, Any] = {}
        self.about: dict[str, Any] = {}
        #: Changes the words of a token before it is signed.
        self.twist: Callable[[dict[str, Any]], Any] = lambda words: None
        #: Makes the token out of its words, in another way than the right one.
        self.forge: Callable[[dict[str, Any]], str] | None = None
        self.delay = 0.0
        self.rotate()

    def rotate(self) -> None:
        """Sign by a fresh key from now on; the former is forgotten."""
        self.keys = {secrets.token_hex(4): rsa.generate_private_key(public_exponent=65537, key_size=2048)}

    def jwks(self) -> dict[str, Any]:
        """The public halves."""
        keys = []
        for kid, key in self.keys.items():
            public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key()))
            keys.append({**public, "kid": kid, "use": "sig", "alg": "RS256"})
        return {"keys": keys}

    def configuration(self) -> dict[str, Any]:
        """What it says of itself."""
        return {
            "issuer": self.address, "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token", "jwks_uri": f"{self.address}/keys",
            "end_session_endpoint": f"{self.address}/end", **self.about,
        }  # fmt: skip

    def signed_in(self, address: str) -> str:
        """Somebody signs in there; the address to which their browser is sent back."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        code = secrets.token_urlsafe(8)
        self.codes[code] = asked
        answer = {"code": code, "state": asked["state"], "iss": self.address}
        return f"{asked['redirect_uri']}?{urlencode(answer)}"

    def token(self, asked: dict[str, Any]) -> str:
        """The token for a code."""
        now = time.time()
        words = {
            "iss": self.address, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"],
            "email_verified": True, **self.user,
        }  # fmt: skip
        self.twist(words)
        if self.forge is not None:
            return self.forge(words)
        kid, key = next(iter(self.keys.items()))
        return jwt.encode(words, key, algorithm="RS256", headers={"kid": kid})


class _Handler(BaseHTTPRequestHandler):
    issuer: Issuer

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        self.issuer.asked.append(path)
        time.sleep(self.issuer.delay)
        known = {"/.well-known/openid-configuration": self.issuer.configuration, "/keys": self.issuer.jwks}
        self._answer(200, known[path]()) if path in known else self._answer(404, {})

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.issuer.asked.append(self.path)
        pair = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if self.headers.get("Authorization") != f"Basic {pair}":
            self._answer(401, {"error": "invalid_client"})
            return
        asked = self.issuer.codes.pop(form["code"][0], None)
        digest = hashlib.sha256(form["code_verifier"][0].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if asked is None or asked["code_challenge"] != challenge or asked["redirect_uri"] != form["redirect_uri"][0]:
            self._answer(400, {"error": "invalid_grant"})
            return
        self._answer(200, {"access_token": "x", "token_type": "Bearer", "id_token": self.issuer.token(asked)})

    def _answer(self, status: int, data: dict[str, Any]) -> None:
        body = json.dumps(data).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: Any) -> None:
        """Say nothing."""


@contextmanager
def running() -> Iterator[Issuer]:
    """An issuer for the length of a block."""
    issuer = Issuer()
    handler = type("Handler", (_Handler,), {"issuer": issuer})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    issuer.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield issuer
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
