"""A receiver that is off, slow, forged or never ends: the desk does not wait, others are served, the reason is told."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.calls import whole_call
from tests.cast import Cast
from tests.domain.channels.test_mail_servers_certificates import certificate

from dreiklang.channels.webhooks import calling, commands
from dreiklang.channels.webhooks.models import Delivery, Hook
from dreiklang.channels.webhooks.sending import AT_ONCE, send_due
from dreiklang.kernel import clock, instance
from dreiklang.kernel.errors import WrongState
from dreiklang.kernel.models import JournalLine
from dreiklang.kernel.permissions import system
from dreiklang.tickets.commands.opening import open_ticket

ROOT = system("test")


class Receiver:
    """Takes connections and does with each what it is told; remembers what it heard."""

    def __init__(self, how: str, context: ssl.SSLContext | None = None) -> None:
        self.how, self.context, self.heard = how, context, b""
        self.end = threading.Event()
        self.socket = socket.create_server(("127.0.0.1", 0))
        scheme = "https" if context else "http"
        self.url = f"{scheme}://127.0.0.1:{self.socket.getsockname()[1]}/"
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self) -> None:
        while not self.end.is_set():
            try:
                talk, _address = self.socket.accept()
                if self.context:
                    talk = self.context.wrap_socket(talk, server_side=True)
                self.heard += whole_call(talk)
                self.answer(talk)
                talk.close()
            except OSError:
                continue

    def answer(self, talk: socket.socket) -> None:
        if self.how == "silent":
            self.end.wait(10)
        elif self.how == "drips":
            talk.sendall(b"HTTP/1.1 200 OK\r\nx-a: ")
            while not self.end.wait(0.02):
                talk.sendall(b"a")
        elif self.how == "endless":
            talk.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            while not self.end.is_set():
                talk.sendall(b"a" * 65_536)
        elif self.how == "nul":
            talk.sendall(b"HTTP/1.1 200 OK\r\n\r\n\x00\xff ok")
        elif self.how == "nonsense":
            talk.sendall(b"\x00\xff SSH-2.0\r\n\r\n")
        else:
            talk.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")


@pytest.fixture
def receivers(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("DREIKLANG_OUTGOING_ALLOW", "127.0.0.1")
    monkeypatch.setattr(calling, "WHOLE", 0.6)
    made: list[Receiver] = []

    def make(how: str, context: ssl.SSLContext | None = None) -> Receiver:
        made.append(Receiver(how, context))
        return made[-1]

    yield make
    for one in made:
        one.end.set()
        one.socket.close()


def told(hook: Hook) -> Delivery:
    """The delivery of a hook, after one round."""
    while send_due():
        continue
    return hook.deliveries.get()


def hook_to(url: str, name: str = "X") -> Hook:
    return commands.make_hook(name, actor=ROOT, url=url, events=["ticket.opened"])[0]


@pytest.mark.parametrize(
    ("how", "problem"),
    [("silent", "too_slow"), ("drips", "too_slow"), ("nonsense", "no_answer"), ("endless", ""), ("nul", "")],
)
def test_p44_a_receiver_that_misbehaves_holds_nobody_up(receivers: Any, cast: Cast, how: str, problem: str) -> None:
    bad, good = receivers(how), receivers("well")
    hook, other = hook_to(bad.url), hook_to(good.url, "Y")
    begun = time.monotonic()
    open_ticket(cast.rita, actor=ROOT, subject="Drucker")
    assert bad.heard == b"", "nobody who works waits for it"
    delivery = told(hook)
    assert time.monotonic() - begun < 8
    assert delivery.problem == problem
    assert other.deliveries.get().state == Delivery.State.SENT
    if problem:
        assert (delivery.state, delivery.due_at > clock.now()) == (Delivery.State.WAITING, True)


def test_p44_a_receiver_that_is_off_is_told_when_it_is_back(receivers: Any, cast: Cast) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    hook = hook_to(f"http://127.0.0.1:{port}/")
    open_ticket(cast.rita, actor=ROOT, subject="Drucker")
    delivery = told(hook)
    assert (delivery.problem, delivery.status) == ("no_answer", None)
    Hook.objects.update(url=receivers("well").url)
    with clock.standing_at(delivery.due_at):
        assert told(hook).state == Delivery.State.SENT


@pytest.mark.parametrize("name", ["self-signed", "wrong-name"])
def test_p39_a_receiver_with_a_wrong_certificate_hears_nothing(
    receivers: Any, cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    ca, key, ca_file = certificate(tmp_path, "ca")
    signer = (ca, key) if name == "wrong-name" else None
    _made, _key, file = certificate(tmp_path, name, signer=signer, host="127.0.0.2")
    monkeypatch.setenv("SSL_CERT_FILE", str(ca_file))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    forged = receivers("well", context)
    hook = hook_to(forged.url)
    open_ticket(cast.rita, actor=ROOT, subject="CANARY")
    assert told(hook).problem == "certificate"
    assert forged.heard == b""


def test_p44_a_hook_with_much_that_is_due_leaves_the_others_their_turn(receivers: Any, cast: Cast) -> None:
    """One round: the dead one's old deliveries do not stand before what is for others."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    hook, other = hook_to(f"http://127.0.0.1:{port}/"), hook_to(receivers("well").url, "Y")
    long_ago = clock.now() - timedelta(hours=1)
    Delivery.objects.bulk_create(
        Delivery(hook=hook, key=f"msg_{n}", code="ticket.opened", payload="{}", epoch=instance.epoch(),
                 due_at=long_ago, made_at=long_ago) for n in range(2 * AT_ONCE)
    )  # fmt: skip
    open_ticket(cast.rita, actor=ROOT, subject="Drucker")
    assert send_due() == 2
    assert other.deliveries.get().state == Delivery.State.SENT


def test_a_hook_is_switched_off_once(cast: Cast) -> None:
    """Two senders find it dead at once: one line of the journal, one mail."""
    hook = hook_to("https://firm.example/hook")
    commands.switch_off(hook, actor=ROOT, why="gone")
    with pytest.raises(WrongState):
        commands.switch_off(hook, actor=ROOT, why="gone")
    assert JournalLine.objects.filter(code="webhook.switched_off").count() == 1
