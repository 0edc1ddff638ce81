"""A messenger's service on loopback: answers by path, remembers what it was asked."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Asked:
    """One question of the desk."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def data(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found


@dataclass
class Service:
    """``answers``: beginning of ``METHOD /path`` → status and body, or a function that makes them."""

    answers: dict[str, Any] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    def __post_init__(self) -> None:
        service = self

        class Handler(BaseHTTPRequestHandler):
            def _any(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                one = Asked(self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, body)
                service.asked.append(one)
                status, said = service._answer(one)
                self.send_response(status)
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            do_GET = do_POST = do_PUT = do_HEAD = _any  # noqa: N815 - names of the library

            def log_message(self, *_more: Any) -> None:
                """Be quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def _answer(self, one: Asked) -> tuple[int, bytes]:
        for start, answer in self.answers.items():
            if f"{one.method} {one.path}".startswith(start):
                made: Callable[[Asked], tuple[int, Any]] | tuple[int, Any] = answer
                status, said = made(one) if callable(made) else made
                return status, said if isinstance(said, bytes) else json.dumps(said).encode()
        return 404, b'{"error": {"message": "no such thing"}}'

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
