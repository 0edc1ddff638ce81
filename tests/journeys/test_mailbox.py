"""A mailbox is set up in control: its connection is tried, and what is wrong is said before anybody misses a mail."""

from __future__ import annotations

import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import create_server

from playwright.sync_api import Page, expect
from tests.journeys.conftest import SignIn
from tests.journeys.served import IMAP_PASSWORD, Served


@contextmanager
def self_made_certificate(folder: Path) -> Iterator[int]:
    """The port of a server that shows a certificate nobody vouches for."""
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
         "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", "key.pem", "-out", "cert.pem"],
        cwd=folder, check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    with create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            raw, _peer = server.accept()
            try:
                context.wrap_socket(raw, server_side=True).recv(100)
            except OSError:
                raw.close()

        threading.Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1]


def change(page: Page, **fields: str) -> None:
    """Fill fields of the form, save, and try the connection."""
    for name, value in fields.items():
        field = page.locator(f"[name={name}]")
        field.select_option(value) if name.endswith("_tls") or name == "fetch" else field.fill(value)
    page.get_by_role("button", name="Speichern").click()
    expect(page.locator("main").get_by_text("Gespeichert").or_(page.get_by_text("angelegt")).first).to_be_visible()
    page.get_by_role("button", name="Verbindung testen").click()


def test_a_connection_is_tried_before_it_is_relied_on(desk: Served, sign_in: SignIn, tmp_path: Path) -> None:
    ada = sign_in("ada")
    ada.goto(f"{desk.url}/control/mailboxes/new/")
    ada.fill("[name=address]", "kein-zeichen")
    ada.fill("[name=name]", "Zweites Postfach")
    ada.get_by_role("button", name="Speichern").click()
    expect(ada.locator(".form-error").first).to_be_visible()
    expect(ada.locator("[name=name]")).to_have_value("Zweites Postfach")

    ada.fill("[name=address]", "zweites@haus.example")
    ada.uncheck("[name=is_active]")  # tried first, used later
    right = {"imap_host": "127.0.0.1", "imap_port": str(desk.dovecot.port), "imap_tls": "none"}
    change(ada, fetch="imap", **right, imap_username="zweites@haus.example", imap_password=IMAP_PASSWORD)
    expect(ada.locator(".notice-ok")).to_contain_text("angemeldet")
    told = ada.locator(".notice-danger")
    change(ada, imap_password="something else")
    expect(told).to_contain_text("IMAP: Der Server nimmt diesen Benutzernamen mit diesem Passwort nicht an")
    change(ada, imap_host="nirgends.invalid", imap_password=IMAP_PASSWORD)
    expect(told).to_contain_text("„nirgends.invalid“ ist nicht bekannt")
    with self_made_certificate(tmp_path) as port:
        change(ada, imap_host="127.0.0.1", imap_port=str(port), imap_tls="tls", imap_password=IMAP_PASSWORD)
        expect(told).to_contain_text("Für das Zertifikat des Servers bürgt niemand")
    # nothing of it can be read back
    assert IMAP_PASSWORD not in ada.content()
