"""A real SMTP server on loopback that keeps what it takes, and a mailbox of the desk that sends through it."""

from __future__ import annotations

import email
import email.policy
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from tests.cast import Cast

from dreiklang.channels.models import Mailbox, Tls
from dreiklang.kernel import clock
from dreiklang.kernel.permissions import system
from dreiklang.tickets.commands.conversation import receive_message
from dreiklang.tickets.commands.opening import open_ticket
from dreiklang.tickets.models import Ticket


@dataclass
class Taken:
    """One mail as the server took it."""

    sender: str
    recipients: list[str]
    raw: bytes

    @property
    def mail(self) -> EmailMessage:
        """The mail, parsed by the standard library."""
        parsed = email.message_from_bytes(self.raw, policy=email.policy.default)
        assert isinstance(parsed, EmailMessage)
        return parsed

    @property
    def text(self) -> str:
        """The plain words."""
        return self.mail.get_body(("plain",)).get_content()

    @property
    def html(self) -> str:
        """The HTML words."""
        return self.mail.get_body(("html",)).get_content()


@dataclass
class Sink:
    """What the server took, and what it shall answer instead: address or ``DATA`` → reply."""

    port: int = 0
    taken: list[Taken] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:  # noqa: N802
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if "DATA" in self.answers:
            return self.answers["DATA"]
        self.taken.append(Taken(envelope.mail_from, list(envelope.rcpt_tos), envelope.content))
        return "250 taken"


@pytest.fixture
def sink(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sink]:
    """A mail server on loopback; the desk is allowed to call it."""
    monkeypatch.setenv("DREIKLANG_OUTGOING_ALLOW", "127.0.0.1")
    kept = Sink()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        kept.port = probe.getsockname()[1]
    controller = Controller(kept, hostname="127.0.0.1", port=kept.port)
    controller.start()
    yield kept
    controller.stop()


@pytest.fixture
def mailbox(cast: Cast, sink: Sink) -> Mailbox:
    """The desk's mailbox, sending through the sink."""
    return Mailbox.objects.create(
        address="desk@haus.example",
        name="Service Desk",
        has_plus_addresses=True,
        smtp_host="127.0.0.1",
        smtp_port=sink.port,
        smtp_tls=Tls.NONE,
        made_at=clock.now(),
    )


@pytest.fixture
def ticket(cast: Cast, mailbox: Mailbox) -> Ticket:
    """Rita's case, entered by hand so that no acknowledgement goes out."""
    opened = open_ticket(cast.rita, actor=cast.actor("alan"), subject="Label printers do not print", channel="phone")
    receive_message(opened, actor=system("mail"), author=cast.rita, text="Nothing prints on 4A.", channel="mail")
    opened.refresh_from_db()
    return opened
