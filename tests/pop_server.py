"""A POP3 server on loopback, as far as fetching needs one; passwords or tokens, deletion at QUIT only (RFC 1939)."""

from __future__ import annotations

import base64
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager

PASSWORD = "loopback-only"


class PopServer:
    """Mails by the server's name for them, and what clients did."""

    def __init__(self) -> None:
        self.mails: dict[str, bytes] = {}
        self.tokens: set[str] = set()
        self.retrieved: list[str] = []
        self.hangs_up_after: int | None = None
        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _handler(self))
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


def _handler(pop: PopServer) -> type[socketserver.StreamRequestHandler]:
    class Handler(_Session):
        server_of_mails = pop

    return Handler


class _Session(socketserver.StreamRequestHandler):
    server_of_mails: PopServer

    def handle(self) -> None:
        self.names, self.gone, self.is_over = list(self.server_of_mails.mails), set[str](), False
        self.say("+OK ready")
        while not self.is_over and (line := self.rfile.readline()):
            word, _space, rest = line.decode().strip().partition(" ")
            getattr(self, f"do_{word.lower()}", self.do_unknown)(rest)

    def say(self, words: str) -> None:
        self.wfile.write(words.encode() + b"\r\n")

    def do_unknown(self, _rest: str) -> None:
        self.say("-ERR what")

    def do_user(self, _rest: str) -> None:
        self.say("+OK")

    def do_pass(self, rest: str) -> None:
        self.say("+OK" if rest == PASSWORD else "-ERR no")

    def do_auth(self, _rest: str) -> None:
        self.say("+ ")
        said = base64.b64decode(self.rfile.readline()).decode()
        token = said.partition("auth=Bearer ")[2].strip("\x01")
        self.say("+OK" if token in self.server_of_mails.tokens else "-ERR token")

    def do_uidl(self, _rest: str) -> None:
        self.say("+OK")
        for place, name in enumerate(self.names, 1):
            self.say(f"{place} {name}")
        self.say(".")

    def do_retr(self, rest: str) -> None:
        pop, name = self.server_of_mails, self.names[int(rest) - 1]
        if pop.hangs_up_after is not None and len(pop.retrieved) >= pop.hangs_up_after:
            self.is_over = True
            return
        pop.retrieved.append(name)
        self.say("+OK")
        for row in pop.mails[name].split(b"\n"):
            self.wfile.write((b"." if row.startswith(b".") else b"") + row.rstrip(b"\r") + b"\r\n")
        self.say(".")

    def do_dele(self, rest: str) -> None:
        self.gone.add(self.names[int(rest) - 1])
        self.say("+OK")

    def do_quit(self, _rest: str) -> None:
        for name in self.gone:
            self.server_of_mails.mails.pop(name, None)
        self.say("+OK")
        self.is_over = True


@contextmanager
def running() -> Iterator[PopServer]:
    """A server for the length of a block."""
    pop = PopServer()
    try:
        yield pop
    finally:
        pop.server.shutdown()
        pop.server.server_close()
