"""Fetching by IMAP: new mails by UID, marked as seen only after the commit (P01); old ones left alone (P07)."""

from __future__ import annotations

import imaplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import DatabaseError, close_old_connections, connection
from imapclient import SEEN, IMAPClient
from imapclient.exceptions import IMAPClientError

from dreiklang.channels.doors.fetching import MailboxThread
from dreiklang.channels.gate.commands import take_in
from dreiklang.channels.mail.oauth import tokens
from dreiklang.channels.mail.settings.commands import note_contact
from dreiklang.channels.models import Mailbox, Tls
from dreiklang.kernel import outgoing
from dreiklang.kernel.errors import Refusal
from dreiklang.kernel.failpoints import reach
from dreiklang.kernel.permissions import Actor

#: Seconds: for any answer of the server; between two looks where the server does not tell; in one IDLE.
ANSWER_WITHIN = 60.0
LOOK_EVERY = 20.0
IDLE_AT_MOST = 240.0
#: Seconds between tries after trouble: doubled each time, up to the second.
PAUSE, LONGEST_PAUSE = 2.0, 60.0

_TROUBLE = (OSError, ssl.SSLError, imaplib.IMAP4.error, IMAPClientError, Refusal, DatabaseError)


class _Connection(imaplib.IMAP4):
    """imaplib over a socket that came through the one door out (P35)."""

    def __init__(self, host: str, port: int, *, timeout: float, context: ssl.SSLContext | None) -> None:
        self._seconds, self._context = timeout, context
        super().__init__(host, port)

    def _create_socket(self, timeout: float | None = None) -> socket.socket:
        opened = outgoing.open_socket(self.host, self.port, timeout=timeout or self._seconds)
        return self._context.wrap_socket(opened, server_hostname=self.host) if self._context else opened


class _Client(IMAPClient):  # type: ignore[misc]
    """IMAPClient over such a connection."""

    def _create_IMAP4(self) -> _Connection:  # noqa: N802 - the library's name
        context = self.ssl_context if self.ssl else None
        return _Connection(self.host, self.port, timeout=self._timeout.connect, context=context)


@contextmanager
def signed_in(mailbox: Mailbox, *, timeout: float = ANSWER_WITHIN) -> Iterator[IMAPClient]:
    """A session at the mailbox's server. Certificates are verified; every answer is waited for only so long."""
    from imapclient import SocketTimeout

    context = ssl.create_default_context()
    with _Client(
        mailbox.imap_host,
        port=mailbox.imap_port,
        use_uid=True,
        ssl=mailbox.imap_tls == Tls.TLS,
        ssl_context=context,
        timeout=SocketTimeout(connect=min(timeout, 20.0), read=timeout),
    ) as server:
        if mailbox.imap_tls == Tls.STARTTLS:
            server.starttls(context)
        _sign_in(server, mailbox)
        yield server


def _sign_in(server: IMAPClient, mailbox: Mailbox) -> None:
    """By password, or by a token in whichever of the two ways the server knows."""
    consent = tokens.consent_of(mailbox)
    if consent is None:
        server.login(mailbox.imap_username, mailbox.imap_password)
        return
    token = tokens.token_for(consent)
    try:
        if server.has_capability("AUTH=XOAUTH2") or not server.has_capability("AUTH=OAUTHBEARER"):
            server.oauth2_login(mailbox.imap_username, token)
        else:
            server.oauthbearer_login(mailbox.imap_username, token)
    except IMAPClientError:
        tokens.forget_access(consent)
        raise


class Fetcher(MailboxThread):
    """Looks after one mailbox until told to stop; its trouble stays its own (P44)."""

    door = "imap"

    def run(self) -> None:
        """Stay connected, take in what is new; after trouble wait and begin again."""
        pause = PAUSE
        while not self._stop_asked.is_set():
            try:
                with signed_in(self.mailbox) as server:
                    self._work(server)
                pause = PAUSE
            except _TROUBLE as trouble:
                self._tell_trouble(trouble)
                self._stop_asked.wait(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
            finally:
                close_old_connections()
        connection.close()

    def _work(self, server: IMAPClient) -> None:
        selected = server.select_folder(self.mailbox.imap_folder)
        begin_at(self.mailbox, server, selected)
        can_idle = server.has_capability("IDLE")
        while not self._stop_asked.is_set():
            close_old_connections()
            fetch_new(self.mailbox, server, actor=self._actor, is_over=self._stop_asked.is_set)
            self._tell("")
            if can_idle:
                self._idle(server)
            else:
                self._stop_asked.wait(LOOK_EVERY)
                server.noop()

    def _idle(self, server: IMAPClient) -> None:
        """Wait until the server tells of something, the time is over or we are to stop."""
        server.idle()
        try:
            waited = 0.0
            while waited < IDLE_AT_MOST and not self._stop_asked.is_set():
                if server.idle_check(timeout=1.0):
                    return
                waited += 1.0
        finally:
            server.idle_done()


def begin_at(mailbox: Mailbox, server: IMAPClient, selected: dict[bytes, Any]) -> None:
    """Where to begin: at the first connection after what lies there, unless the old mails are wanted too (P07).

    If the server counts anew (another UIDVALIDITY), from the day the mailbox was set up; what was taken in before is
    told by its content.
    """
    validity, following = int(selected[b"UIDVALIDITY"]), int(selected.get(b"UIDNEXT", 1))
    if mailbox.last_uid is None:
        mailbox.last_uid = 0 if mailbox.takes_old_mail else following - 1
        mailbox.waiting_at_first = int(selected[b"EXISTS"])
    elif mailbox.uid_validity != validity:
        since = server.search(["SINCE", mailbox.made_at.date()])
        mailbox.last_uid = min(since, default=following) - 1
    else:
        return
    mailbox.uid_validity = validity
    note_contact(
        mailbox.pk,
        uid_validity=validity,
        last_uid=mailbox.last_uid,
        waiting_at_first=mailbox.waiting_at_first,
    )


def fetch_new(mailbox: Mailbox, server: IMAPClient, *, actor: Actor, is_over: Any = lambda: False) -> int:
    """Take in every mail after the newest one known, oldest first; returns how many.

    A mail is marked (or moved) after the gate has committed it. If that cannot be, it stays as it was.
    """
    taken = 0
    last = mailbox.last_uid or 0
    for uid in sorted(uid for uid in server.search(["UID", f"{last + 1}:*"]) if uid > last):
        if is_over():
            break
        found = server.fetch([uid], ["BODY.PEEK[]"]).get(uid, {})
        raw = found.get(b"BODY[]")
        if raw is not None:
            take_in(raw, mailbox=mailbox.address, door="imap", actor=actor)
            reach("before_seen")
            _set_aside(mailbox, server, uid)
            reach("after_seen")
            taken += 1
        mailbox.last_uid = uid
        note_contact(mailbox.pk, last_uid=uid)
        reach("after_progress")
    return taken


def _set_aside(mailbox: Mailbox, server: IMAPClient, uid: int) -> None:
    server.add_flags([uid], [SEEN], silent=True)
    if mailbox.after == Mailbox.After.MOVE and mailbox.move_to:
        if server.has_capability("MOVE"):
            server.move([uid], mailbox.move_to)
        else:
            server.copy([uid], mailbox.move_to)
            server.delete_messages([uid], silent=True)
            server.uid_expunge([uid]) if server.has_capability("UIDPLUS") else server.expunge()
