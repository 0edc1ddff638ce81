"""A mail server that is off, silent or lets nobody in: nobody waits, somebody reads why, mail leaves by itself."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from django.test import Client
from tests.cast import Cast
from tests.domain.channels.test_mail_servers_certificates import certificate
from tests.domain.channels_out.conftest import Sink

from dreiklang.channels.doors.imap import Fetcher
from dreiklang.channels.mail.outbound import transport
from dreiklang.channels.mail.outbound.sending import send_due
from dreiklang.channels.models import Mailbox, Tls
from dreiklang.insight.queries.troubles import troubles_of_services
from dreiklang.kernel import clock
from dreiklang.kernel.permissions import system
from dreiklang.tickets.commands.conversation import write_message
from dreiklang.tickets.models import Ticket


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@pytest.fixture
def silent() -> Iterator[int]:
    """A server that takes connections and says nothing; its port."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        talks: list[socket.socket] = []

        def take() -> None:
            while True:
                try:
                    talks.append(server.accept()[0])
                except OSError:
                    return

        threading.Thread(target=take, daemon=True).start()
        yield int(server.getsockname()[1])
        for talk in talks:
            talk.close()


def sentences() -> list[str]:
    return [trouble.sentence for trouble in troubles_of_services()]


def sent_after(span: timedelta) -> None:
    with clock.standing_at(clock.now() + span):
        send_due()


@pytest.mark.parametrize("how", ["off", "silent"])
def test_p44_a_server_that_does_not_answer_is_told_and_mail_leaves_when_it_does(
    cast: Cast, ticket: Ticket, mailbox: Mailbox, sink: Sink, silent: int, monkeypatch, client: Client, how: str
) -> None:
    monkeypatch.setattr(transport, "PATIENCE", 0.3)
    monkeypatch.setattr(transport, "CONNECTING", 0.5)
    Mailbox.objects.filter(pk=mailbox.pk).update(smtp_port=free_port() if how == "off" else silent)
    begun = time.monotonic()
    write_message(ticket, actor=cast.actor("alan"), text="Since when?")
    assert time.monotonic() - begun < 1, "nobody who works waits for a mail server"
    sent_after(timedelta(seconds=11))
    assert time.monotonic() - begun < 8
    told = "The mail server “127.0.0.1” does not answer. 1 mail waits and leaves by itself."
    assert sentences() == [told]
    client.force_login(cast.ada.account)
    page = client.get("/control/", headers={"Accept-Language": "de"}).content.decode()
    assert "Der Mailserver „127.0.0.1“ antwortet nicht. 1 Mail wartet und geht von selbst hinaus." in page
    assert f"/control/mailboxes/{mailbox.pk}/" in page
    Mailbox.objects.filter(pk=mailbox.pk).update(smtp_port=sink.port)
    sent_after(timedelta(minutes=2))
    assert (len(sink.taken), sentences()) == (1, [])


def test_p44_a_server_that_takes_no_password_is_told(
    cast: Cast, ticket: Ticket, mailbox: Mailbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ca, key, ca_file = certificate(tmp_path, "ca")
    _made, _key, file = certificate(tmp_path, "good", signer=(ca, key))
    monkeypatch.setenv("SSL_CERT_FILE", str(ca_file))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    port = free_port()
    strict = Controller(
        Sink(), hostname="127.0.0.1", port=port, ssl_context=context, auth_require_tls=False, auth_required=True,
        authenticator=lambda *_given: AuthResult(success=False, handled=False),
    )  # fmt: skip
    strict.start()
    mailbox.smtp_port, mailbox.smtp_tls, mailbox.smtp_username, mailbox.smtp_password = port, Tls.TLS, "desk", "wrong"
    mailbox.save()
    write_message(ticket, actor=cast.actor("alan"), text="Since when?")
    sent_after(timedelta(seconds=11))
    strict.stop()
    (told,) = sentences()
    assert told.startswith("The mail server “127.0.0.1” does not accept the desk's name or password.")
    assert "wrong" not in told


@pytest.mark.django_db(transaction=True)
def test_p44_a_mailbox_that_cannot_be_fetched_is_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DREIKLANG_OUTGOING_ALLOW", "127.0.0.1")
    mailbox = Mailbox.objects.create(
        address="desk@haus.example", fetch="imap", imap_host="127.0.0.1", imap_port=free_port(), imap_tls=Tls.NONE,
        imap_username="desk", imap_password="x", made_at=clock.now(),
    )  # fmt: skip
    fetcher = Fetcher(mailbox, actor=system("mail"))
    fetcher.start()
    until = time.monotonic() + 8
    while not sentences() and time.monotonic() < until:
        time.sleep(0.02)
    fetcher.stop()
    fetcher.join(timeout=8)
    assert sentences() == [f"desk@haus.example: “127.0.0.1” does not answer on port {mailbox.imap_port}."]
