"""A whole desk served for a journey: its own home, its own ports, a real Dovecot in, a real SMTP sink out."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from email.policy import default
from pathlib import Path

from aiosmtpd.controller import Controller
from tests.dovecot import PASSWORD as IMAP_PASSWORD
from tests.dovecot import Dovecot, running

from dreiklang.console import cluster

ROOT = Path(__file__).resolve().parents[2]
MAILBOX = "hilfe@haus.example"
#: Everybody of the cast signs in with it.
PASSWORD = "a-journey-begins"


def free_ports(count: int) -> list[int]:
    """Ports of loopback that nobody uses now; the first two are neighbours, for pages and live news.

    Each process of a run looks in a thousand of its own: what one has found free the other does not take meanwhile.
    """
    first = 21000 + 1000 * int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    for base in range(first, first + 1000, 37):
        wanted = [base + n for n in range(count)]
        if all(_is_free(port) for port in wanted):
            return wanted
    raise RuntimeError("no free ports")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


class Sink:
    """An SMTP server that keeps what it is given."""

    def __init__(self) -> None:
        self.mails: list[Message] = []

    async def handle_DATA(self, _server: object, _session: object, envelope: object) -> str:  # noqa: N802
        """Keep a mail."""
        self.mails.append(message_from_bytes(envelope.content, policy=default))  # type: ignore[attr-defined]
        return "250 kept"

    def wait_for(self, address: str, *, containing: str = "", after: int = 0, seconds: float = 40) -> Message:
        """The first mail to an address that holds a text, not counting the first ``after`` mails of the sink."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for mail in list(self.mails)[after:]:
                if address in str(mail["To"]) and containing in body_of(mail):
                    return mail
            time.sleep(0.2)
        seen = [f"{m['To']}: {m['Subject']}" for m in self.mails]
        raise AssertionError(f"no mail to {address} with {containing!r}; there are {seen}")


def body_of(mail: Message) -> str:
    """The plain text of a mail."""
    part = mail.get_body(("plain",))  # type: ignore[attr-defined]
    return str(part.get_content()) if part else ""


@dataclass
class Served:
    """A desk that runs."""

    url: str
    home: Path
    environment: dict[str, str]
    sink: Sink
    dovecot: Dovecot
    process: subprocess.Popen[str]
    log: Path
    numbers: dict[str, int] = field(default_factory=dict)

    def put_mail(self, raw: bytes) -> None:
        """Let a mail arrive in the desk's mailbox on the IMAP server."""
        client = self.dovecot.client(MAILBOX)
        client.append("INBOX", raw)
        client.logout()

    def command(self, *words: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        """Run the ``dreiklang`` command on this desk."""
        return subprocess.run(
            [sys.executable, "-m", "dreiklang", *words], env=self.environment, input=stdin, capture_output=True,
            timeout=120, check=False,
        )  # fmt: skip

    def ask(self, script: str) -> object:
        """What a few lines of Python, run against this desk's database, print as JSON."""
        code = f"import django; django.setup()\nimport json\n{script}"
        answer = subprocess.run(
            [sys.executable, "-c", code], env=self.environment, capture_output=True, text=True, timeout=120, check=False
        )
        assert answer.returncode == 0, answer.stderr
        return json.loads(answer.stdout)


@contextmanager
def served_desk(tmp: Path) -> Iterator[Served]:
    """Prepare a desk with the fixed cast and one mailbox, and serve it until the block ends."""
    web, _live, lmtp, smtp_in, smtp_out = free_ports(5)
    home = Path(cluster.home_for(f"journey-{os.getpid()}"))
    sink = Sink()
    controller = Controller(sink, hostname="127.0.0.1", port=smtp_out)
    controller.start()
    url = f"http://127.0.0.1:{web}"
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith(("DREIKLANG_", "DATABASE_URL", "DJANGO_"))},
        "DREIKLANG_HOME": str(home),
        "DREIKLANG_URL": url,
        "DREIKLANG_OUTGOING_ALLOW": "127.0.0.1",
        "DREIKLANG_LMTP": f"127.0.0.1:{lmtp}",
        "DREIKLANG_SMTP_IN": f"127.0.0.1:{smtp_in}",
        "DREIKLANG_LOG": "INFO",
        "DJANGO_SETTINGS_MODULE": "dreiklang.config.settings",
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
    }
    log = tmp / "serve.log"
    try:
        with running() as dovecot:
            _run(environment, "-m", "dreiklang", "migrate")
            _run(environment, "-m", "tests.journeys.prepare", str(dovecot.port), str(smtp_out))
            with log.open("w") as written:
                process = subprocess.Popen(
                    [sys.executable, "-m", "dreiklang", "serve", "--port", str(web)],
                    env=environment, stdout=written, stderr=subprocess.STDOUT, text=True,
                )  # fmt: skip
            try:
                _wait_for_page(f"{url}/sign-in/", process, log)
                yield Served(url, home, environment, sink, dovecot, process, log)
            finally:
                process.send_signal(signal.SIGTERM)
                process.wait(timeout=60)
    finally:
        controller.stop()
        shutil.rmtree(home, ignore_errors=True)


def _run(environment: dict[str, str], *words: str) -> None:
    done = subprocess.run(
        [sys.executable, *words], env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def _wait_for_page(url: str, process: subprocess.Popen[str], log: Path) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        assert process.poll() is None, log.read_text()
        try:
            with urllib.request.urlopen(url, timeout=5) as page:
                if page.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    raise AssertionError(log.read_text())


__all__ = ["IMAP_PASSWORD", "MAILBOX", "PASSWORD", "Served", "Sink", "body_of", "served_desk"]
