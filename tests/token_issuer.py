"""An issuer of tokens on loopback, strict where the standards are: for tests of signing in by permission."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

CLIENT, SECRET = "dreiklang", "application-canary"


class Issuer:
    """Codes, device codes and tokens that it gave out and still honours."""

    def __init__(self) -> None:
        self.codes: dict[str, dict[str, str]] = {}
        self.device: dict[str, bool] = {}
        self.refresh: set[str] = set()
        self.access: dict[str, str] = {}
        self.asked: list[dict[str, str]] = []
        self.is_silent = False
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    @property
    def fields(self) -> dict[str, str]:
        """What a mailbox is told about this issuer."""
        at = f"http://127.0.0.1:{self.port}"
        return {
            "provider": "other", "client_id": CLIENT, "client_secret": SECRET, "scope": "mail",
            "authorize_url": f"{at}/authorize", "token_url": f"{at}/token", "device_url": f"{at}/device",
        }  # fmt: skip

    def permit(self, url: str) -> tuple[str, str]:
        """What happens in the browser when somebody agrees: state and code go back."""
        asked = dict(parse_qsl(urlsplit(url).query))
        code = secrets.token_urlsafe(8)
        self.codes[code] = asked
        return asked["state"], code

    def tokens(self, user: str = "desk@dreiklang.example", *, lasting: bool = True) -> dict[str, Any]:
        access = secrets.token_urlsafe(16)
        self.access[access] = user
        given: dict[str, Any] = {"access_token": access, "token_type": "Bearer", "expires_in": 3600}
        if lasting:
            given["refresh_token"] = secrets.token_urlsafe(16)
            self.refresh.add(given["refresh_token"])
        return given

    def answer(self, said: dict[str, str]) -> tuple[int, dict[str, Any]]:
        self.asked.append(said)
        if self.is_silent:
            return 503, {}
        if said.get("client_id") != CLIENT or said.get("client_secret") != SECRET:
            return 401, {"error": "invalid_client", "error_description": "no such application"}
        kind = said.get("grant_type", "")
        if kind == "authorization_code":
            asked = self.codes.pop(said.get("code", ""), None)
            digest = hashlib.sha256(said.get("code_verifier", "").encode()).digest()
            fits = (
                asked is not None and asked["code_challenge"] == base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
            )
            if asked is None or not fits or asked["redirect_uri"] != said.get("redirect_uri"):
                return 400, {"error": "invalid_grant"}
            return 200, self.tokens()
        if kind == "client_credentials":
            return 200, self.tokens(lasting=False)
        if kind == "refresh_token":
            if said.get("refresh_token") not in self.refresh:
                return 400, {"error": "invalid_grant", "error_description": "the permission was withdrawn"}
            return 200, self.tokens(lasting=False)
        if kind.endswith("device_code"):
            if said.get("device_code") not in self.device:
                return 400, {"error": "expired_token"}
            return (
                (200, self.tokens()) if self.device[said["device_code"]] else (400, {"error": "authorization_pending"})
            )
        return 400, {"error": "unsupported_grant_type"}


def _handler(issuer: Issuer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            said = {key: values[0] for key, values in parse_qs(raw).items()}
            if self.path == "/device":
                code = secrets.token_urlsafe(8)
                issuer.device[code] = False
                self.say(200, {
                    "device_code": code, "user_code": "ABCD-EFGH", "expires_in": 900,
                    "verification_uri": f"http://127.0.0.1:{issuer.port}/type",
                })  # fmt: skip
            elif self.path == "/introspect":
                user = issuer.access.get(said.get("token", ""))
                self.say(200, {"active": user is not None, "username": user or ""})
            else:
                self.say(*issuer.answer(said))

        def say(self, status: int, words: dict[str, Any]) -> None:
            body = json.dumps(words).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
            pass

    return Handler


@contextmanager
def running() -> Iterator[Issuer]:
    """An issuer for the length of a block."""
    issuer = Issuer()
    try:
        yield issuer
    finally:
        issuer.server.shutdown()
        issuer.server.server_close()
