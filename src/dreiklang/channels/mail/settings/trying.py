"""Whether a mailbox's servers answer and let the desk in: what the connection test shows."""

from __future__ import annotations

import imaplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass

from imapclient.exceptions import IMAPClientError

from dreiklang.channels.models import Mailbox
from dreiklang.kernel.errors import Refusal


@dataclass(frozen=True, slots=True)
class Trial:
    """What the test of one server found: how many mails lie there, or what is wrong."""

    door: str
    is_ok: bool
    waiting: int | None = None
    problem: str = ""


def try_imap(mailbox: Mailbox) -> Trial:
    """Sign in, look into the folder, count; change nothing (P07)."""
    from dreiklang.channels.doors.imap import signed_in

    def look() -> int:
        with signed_in(mailbox, timeout=15) as server:
            return int(server.folder_status(mailbox.imap_folder, ["MESSAGES"])[b"MESSAGES"])

    return _tried("imap", look)


def try_smtp(mailbox: Mailbox) -> Trial:
    """Greet, secure, sign in; send nothing."""
    from dreiklang.channels.mail.outbound.transport import TryLater, connect

    def greet() -> None:
        try:
            connect(mailbox).quit()
        except TryLater as trouble:
            raise OSError(f"{trouble.reason}: {trouble.answer}".rstrip(": ")) from trouble

    return _tried("smtp", greet)


def _tried(door: str, contact: Callable[[], int | None]) -> Trial:
    try:
        return Trial(door, True, contact())
    except (Refusal, OSError, ssl.SSLError, imaplib.IMAP4.error, IMAPClientError) as wrong:
        return Trial(door, False, problem=str(wrong)[:300])
