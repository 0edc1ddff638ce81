"""The way over which a mail leaves: SMTP through the one door out, or files in the demo's home."""

from __future__ import annotations

import os
import smtplib
import socket
import ssl
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from django.conf import settings

from dreiklang.channels.mail import threads
from dreiklang.channels.mail.oauth import providers, tokens
from dreiklang.channels.mail.outbound.letters import sendable
from dreiklang.channels.mail.outbound.queries import server_of
from dreiklang.channels.mail.outbound.rules import is_for_good
from dreiklang.channels.models import Mailbox, Tls
from dreiklang.kernel.errors import Refusal
from dreiklang.kernel.outgoing import open_socket

#: Seconds a server may be silent, in any step.
PATIENCE = 60
CONNECTING = 15


class TryLater(Exception):
    """The mail could not leave now; ``reason`` is a literal, ``answer`` what the server said."""

    def __init__(self, reason: str, answer: str = "") -> None:
        super().__init__(reason)
        self.reason, self.answer = reason, answer


@dataclass
class Outcome:
    """Who the server took the mail for, and who not: address → (reply code, its words)."""

    accepted: list[str] = field(default_factory=list)
    refused: dict[str, tuple[int, str]] = field(default_factory=dict)

    def refused_for_good(self) -> dict[str, str]:
        """Recipients for whom trying again is of no use, with the server's words."""
        return {who: f"{code} {said}" for who, (code, said) in self.refused.items() if is_for_good(code)}


class _Client(smtplib.SMTP):
    """An SMTP client whose socket comes through the door that judges addresses (P35), certificates verified (P39)."""

    def __init__(self, host: str, port: int, *, context: ssl.SSLContext | None, own_name: str) -> None:
        self._wrapped = context
        self._host = host
        super().__init__(host, port, local_hostname=own_name, timeout=CONNECTING)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        raw = open_socket(host, port, timeout=timeout)
        raw.settimeout(PATIENCE)
        return self._wrapped.wrap_socket(raw, server_hostname=host) if self._wrapped else raw


def connect(mailbox: Mailbox) -> smtplib.SMTP:
    """A session with the server of a mailbox, signed in. Raises TryLater with what stands in the way."""
    context = ssl.create_default_context()
    try:
        client = _Client(
            mailbox.smtp_host, mailbox.smtp_port, own_name=threads.host_of(mailbox.address),
            context=context if mailbox.smtp_tls == Tls.TLS else None,
        )  # fmt: skip
        if mailbox.smtp_tls == Tls.STARTTLS:
            client.starttls(context=context)
        _sign_in(client, mailbox)
    except Refusal as refused:
        raise TryLater(refused.code, str(refused)) from refused
    except ssl.SSLError as failed:
        raise TryLater("certificate", str(failed)) from failed
    except smtplib.SMTPAuthenticationError as failed:
        raise TryLater("sign_in", _in_words(failed.smtp_code, failed.smtp_error)) from failed
    except (smtplib.SMTPException, OSError) as failed:
        raise TryLater("no_answer", str(failed)) from failed
    return client


def _sign_in(client: smtplib.SMTP, mailbox: Mailbox) -> None:
    """By password, or by a token if the mailbox signs in by permission; neither goes over an open line."""
    if not mailbox.smtp_username:
        return
    if mailbox.smtp_tls == Tls.NONE:
        raise TryLater("unprotected_password")
    consent = tokens.consent_of(mailbox)
    if consent is None:
        client.login(mailbox.smtp_username, mailbox.smtp_password)
        return
    token = tokens.token_for(consent)
    client.ehlo_or_helo_if_needed()
    said = providers.xoauth2(mailbox.smtp_username, token).decode()
    way = "XOAUTH2"
    if "XOAUTH2" not in client.esmtp_features.get("auth", "").upper().split():
        way = "OAUTHBEARER"
        said = providers.oauthbearer(
            mailbox.smtp_username, token, host=mailbox.smtp_host, port=mailbox.smtp_port
        ).decode()
    try:
        client.auth(way, lambda challenge=None: said if challenge is None else "")
    except smtplib.SMTPAuthenticationError:
        tokens.forget_access(consent)
        raise


def hand_over(client: smtplib.SMTP, content: bytes, *, sender: str, recipients: Sequence[str]) -> Outcome:
    """Give one mail to the server. Raises TryLater where it took it for nobody and may yet."""
    possible = {address: wire for address in recipients if (wire := sendable(address)) and wire.isascii()}
    outcome = Outcome(refused={a: (553, "not a mail address") for a in recipients if a not in possible})
    if not possible:
        return outcome
    by_wire = {wire: address for address, wire in possible.items()}
    try:
        refused = client.sendmail(sender, list(by_wire), content)
    except smtplib.SMTPRecipientsRefused as failed:
        refused = failed.recipients
    except smtplib.SMTPDataError as failed:
        refused = {wire: (failed.smtp_code, _bytes(failed.smtp_error)) for wire in by_wire}
    except smtplib.SMTPSenderRefused as failed:
        raise TryLater("sender_refused", _in_words(failed.smtp_code, failed.smtp_error)) from failed
    except (smtplib.SMTPException, OSError) as failed:
        raise TryLater("no_answer", str(failed)) from failed
    for wire, address in by_wire.items():
        if wire in refused:
            code, said = refused[wire]
            outcome.refused[address] = (code, _text(said))
        else:
            outcome.accepted.append(address)
    return outcome


class Sessions:
    """Sessions with mail servers, kept for one round; a server that failed is left alone until the next."""

    def __init__(self) -> None:
        self._open: dict[int, smtplib.SMTP] = {}
        self._failed: dict[int, TryLater] = {}

    def __enter__(self) -> Sessions:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for client in self._open.values():
            _quit(client)
        self._open.clear()

    def send(self, mailbox: Mailbox, content: bytes, *, name: str, sender: str, recipients: Sequence[str]) -> Outcome:
        """Send one mail the mailbox's way. Raises TryLater."""
        server = server_of(mailbox)
        if server is None:
            if not settings.OUTBOX_FILES:
                raise TryLater("no_server")
            keep_as_file(content, name=name)
            return Outcome(accepted=list(recipients))
        client = self._client(server)
        try:
            return hand_over(client, content, sender=sender, recipients=recipients)
        except TryLater:
            _quit(self._open.pop(server.pk))
            raise

    def _client(self, mailbox: Mailbox) -> smtplib.SMTP:
        if failed := self._failed.get(mailbox.pk):
            raise TryLater(failed.reason, failed.answer)
        if mailbox.pk not in self._open:
            try:
                self._open[mailbox.pk] = connect(mailbox)
            except TryLater as failed:
                self._failed[mailbox.pk] = failed
                raise
        return self._open[mailbox.pk]


def keep_as_file(content: bytes, *, name: str) -> Path:
    """Put a mail as ``outbox/<name>.eml`` into the home: whole or not at all, and once however often it is tried."""
    folder = Path(settings.HOME) / "outbox"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    safe = "".join(c if c.isalnum() or c in "-_." else "-" for c in name)[:120] or "mail"
    handle, part = tempfile.mkstemp(dir=folder, prefix=".part-")
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    target = folder / f"{safe}.eml"
    os.replace(part, target)
    return target


def _quit(client: smtplib.SMTP) -> None:
    try:
        client.quit()
    except (smtplib.SMTPException, OSError):
        client.close()


def _in_words(code: int, said: bytes | str) -> str:
    return f"{code} {_text(said)}"


def _bytes(said: bytes | str) -> bytes:
    return said if isinstance(said, bytes) else said.encode("utf-8", "replace")


def _text(said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:300]
