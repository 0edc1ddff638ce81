"""Fetching by POP3: what is new by the server's own names, deleted there only if wished and only after the commit.

POP3 knows neither folders nor read marks, so the desk keeps the names (UIDL) of what it has dealt with. At the first
connection all that lies there counts as dealt with, unless the old mails are wanted (P07).
"""

from __future__ import annotations

import base64
import poplib
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from django.db import DatabaseError, close_old_connections, connection

from dreiklang.channels.doors.fetching import MailboxThread
from dreiklang.channels.gate.commands import take_in
from dreiklang.channels.mail.oauth import providers, tokens
from dreiklang.channels.mail.settings.commands import note_contact
from dreiklang.channels.models import FetchedMail, Mailbox, Tls
from dreiklang.kernel import outgoing
from dreiklang.kernel.errors import Refusal
from dreiklang.kernel.failpoints import reach
from dreiklang.kernel.permissions import Actor

#: Seconds: for any answer of the server, between two looks, between tries after trouble (doubled, up to the second).
ANSWER_WITHIN, LOOK_EVERY = 60.0, 60.0
PAUSE, LONGEST_PAUSE = 2.0, 120.0

TROUBLE = (OSError, ssl.SSLError, poplib.error_proto, Refusal, DatabaseError)


class _Client(poplib.POP3):
    """poplib over a socket that came through the one door out (P35)."""

    def __init__(self, host: str, port: int, *, timeout: float, context: ssl.SSLContext | None) -> None:
        self._wrapped = context
        super().__init__(host, port, timeout)

    def _create_socket(self, timeout: float) -> socket.socket:
        opened = outgoing.open_socket(self.host, self.port, timeout=timeout)
        opened.settimeout(timeout)
        return self._wrapped.wrap_socket(opened, server_hostname=self.host) if self._wrapped else opened

    def by_token(self, user: str, token: str) -> None:
        """AUTH XOAUTH2 in two steps, because a token is longer than a line may be (RFC 5034 §4)."""
        self._putcmd("AUTH XOAUTH2")  # type: ignore[attr-defined]
        answer, _length = self._getline()  # type: ignore[attr-defined]
        if not answer.startswith(b"+"):
            raise poplib.error_proto(answer)
        self._shortcmd(base64.b64encode(providers.xoauth2(user, token)).decode())  # type: ignore[attr-defined]


@contextmanager
def signed_in(mailbox: Mailbox, *, timeout: float = ANSWER_WITHIN) -> Iterator[poplib.POP3]:
    """A session at the mailbox's server. What was deleted in it is gone only if it ends well."""
    context = ssl.create_default_context()
    client = _Client(
        mailbox.imap_host, mailbox.imap_port, timeout=timeout,
        context=context if mailbox.imap_tls == Tls.TLS else None,
    )  # fmt: skip
    try:
        if mailbox.imap_tls == Tls.STARTTLS:
            client.stls(context)
        _sign_in(client, mailbox)
        yield client
        client.quit()
    except BaseException:
        with suppress(OSError, poplib.error_proto):
            client.close()
        raise


def _sign_in(client: _Client, mailbox: Mailbox) -> None:
    consent = tokens.consent_of(mailbox)
    if consent is None:
        client.user(mailbox.imap_username)
        client.pass_(mailbox.imap_password)
        return
    try:
        client.by_token(mailbox.imap_username, tokens.token_for(consent))
    except poplib.error_proto:
        tokens.forget_access(consent)
        raise


def names_on_server(client: poplib.POP3) -> dict[str, int]:
    """The server's name for each mail → its place in this session, oldest first. Raises error_proto without UIDL."""
    _said, lines, _size = client.uidl()
    found: dict[str, int] = {}
    for line in lines:
        place, _space, name = line.decode("ascii", "replace").strip().partition(" ")
        if place.isdecimal() and name:
            found[name[:80]] = int(place)
    return found


class PopFetcher(MailboxThread):
    """Looks into one mailbox again and again until told to stop; its trouble stays its own (P44)."""

    door = "pop"

    def run(self) -> None:
        """Look, take in what is new, wait; after trouble wait longer each time."""
        pause = PAUSE
        while not self._stop_asked.is_set():
            try:
                fetch_new(self.mailbox, actor=self._actor, is_over=self._stop_asked.is_set)
                self._tell("")
                pause, wait = PAUSE, LOOK_EVERY
            except TROUBLE as trouble:
                self._tell_trouble(trouble)
                wait, pause = pause, min(pause * 2, LONGEST_PAUSE)
            finally:
                close_old_connections()
            self._stop_asked.wait(wait)
        connection.close()


def fetch_new(mailbox: Mailbox, *, actor: Actor, is_over: Callable[[], bool] = lambda: False) -> int:
    """One session: take in what is new, oldest first; returns how many.

    The name of a mail is kept after the gate has committed it, so a mail whose fetcher dies comes again and is known
    by its content. Deletion is asked for after that, and done by the server when the session ends well.
    """
    taken = 0
    with signed_in(mailbox) as client:
        there = names_on_server(client)
        known = _known(mailbox, there)
        for name, place in there.items():
            if is_over():
                break
            if name in known:
                if known[name] and mailbox.after == Mailbox.After.DELETE:
                    client.dele(place)  # taken in by a session that broke before its end
            else:
                _answer, lines, _size = client.retr(place)
                take_in(b"\r\n".join(lines) + b"\r\n", mailbox=mailbox.address, door="pop", actor=actor)
                reach("before_seen")
                FetchedMail.objects.get_or_create(mailbox_id=mailbox.pk, uid=name, defaults={"is_taken": True})
                reach("after_seen")
                taken += 1
                if mailbox.after == Mailbox.After.DELETE:
                    client.dele(place)
    return taken


def _known(mailbox: Mailbox, there: dict[str, int]) -> dict[str, bool]:
    """What was dealt with → whether it was taken in; names that are gone there are forgotten.

    At the first connection all that lies there is dealt with.
    """
    if mailbox.waiting_at_first is None:
        mailbox.waiting_at_first = len(there)
        if not mailbox.takes_old_mail:
            FetchedMail.objects.bulk_create(
                [FetchedMail(mailbox_id=mailbox.pk, uid=name) for name in there], ignore_conflicts=True
            )
        note_contact(mailbox.pk, waiting_at_first=len(there))
    kept = FetchedMail.objects.filter(mailbox_id=mailbox.pk)
    known = dict(kept.values_list("uid", "is_taken"))
    if gone := known.keys() - there.keys():
        kept.filter(uid__in=gone).delete()
    return known
