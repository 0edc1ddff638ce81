"""A mail server with a bad certificate never hears a password (P39)."""

from __future__ import annotations

import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from dreiklang.channels.mail.settings.trying import try_imap
from dreiklang.channels.models import Mailbox

PASSWORD = "canary-4711"
NOW = datetime.now(UTC)


def certificate(folder: Path, name: str, *, signer=None, host: str = "127.0.0.1", until: datetime | None = None):
    """A certificate with its key as PEM file; signed by another one, or by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    issuer, signing = (signer[0].subject, signer[1]) if signer else (subject, key)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - timedelta(days=30))
        .not_valid_after(until or NOW + timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca=name == "ca", path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(host))]), critical=False)
        .sign(signing, hashes.SHA256())
    )
    file = folder / f"{name}.pem"
    file.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return made, key, file


class Server:
    """Greets like an IMAP server and remembers what it is told."""

    def __init__(self, file: Path) -> None:
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(file)
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.heard = b""
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self) -> None:
        try:
            plain, _address = self.socket.accept()
            with self.context.wrap_socket(plain, server_side=True) as talk:
                talk.settimeout(5)
                talk.sendall(b"* OK [CAPABILITY IMAP4rev1] ready\r\n")
                while line := talk.recv(4096):
                    self.heard += line
                    is_first = b"CAPABILITY" in line
                    talk.sendall(b"* CAPABILITY IMAP4rev1\r\n" * is_first)
                    talk.sendall(line.split()[0] + (b" OK done\r\n" if is_first else b" NO no\r\n"))
        except OSError:
            return
        finally:
            self.socket.close()


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[object, object]:
    """An authority that this machine trusts for the length of a test."""
    made, key, file = certificate(tmp_path, "ca")
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    monkeypatch.setenv("DREIKLANG_OUTGOING_ALLOW", "127.0.0.1")
    return made, key


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "is_signed", "values", "is_heard"),
    [
        ("good", True, {}, True),
        ("expired", True, {"until": NOW - timedelta(days=1)}, False),
        ("wrong-name", True, {"host": "127.0.0.2"}, False),
        ("self-signed", False, {}, False),
    ],
)
def test_p39_only_a_server_with_a_good_certificate_hears_the_password(
    tmp_path, authority, name, is_signed, values, is_heard
):
    _made, _key, file = certificate(tmp_path, name, signer=authority if is_signed else None, **values)
    server = Server(file)
    mailbox = Mailbox(
        address="desk@haus.example", fetch="imap", imap_host="127.0.0.1", imap_port=server.port, imap_tls="tls",
        imap_username="desk", imap_password=PASSWORD, made_at=NOW,
    )  # fmt: skip
    trial = try_imap(mailbox)
    server.thread.join(timeout=10)
    assert not trial.is_ok
    assert PASSWORD not in trial.problem
    assert (PASSWORD.encode() in server.heard) is is_heard
