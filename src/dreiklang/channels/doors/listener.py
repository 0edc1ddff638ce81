"""Mail delivered to us by LMTP or SMTP: answered with 250 after it is committed, with 4xx if it could not be (P02)."""

from __future__ import annotations

import asyncio
import logging
import socket
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import Error as DatabaseError
from django.db import close_old_connections, connection

from dreiklang.channels.gate.commands import take_in
from dreiklang.channels.gate.mailboxes import arrival_at
from dreiklang.kernel.errors import Refusal
from dreiklang.kernel.permissions import Actor

log = logging.getLogger(__name__)

LARGEST = 60 * 1024 * 1024
ACCEPTED = "250 2.0.0 stored"
TRY_LATER = "451 4.3.0 not stored, please try again later"
NOBODY = "550 5.1.1 no such mailbox here"
MOST_RECIPIENTS = 100


class Receiver:
    """What aiosmtpd asks about recipients and gives mails to. The gate works in threads beside the event loop."""

    def __init__(self, door: str, *, actor: Actor, workers: int = 2) -> None:
        self._door, self._actor = door, actor
        self.pool = ThreadPoolExecutor(workers, thread_name_prefix=door)

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Whether a recipient has a mailbox here."""
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 too many recipients"
        answer = str(await self._in_thread(self._known, address))
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(  # noqa: N802 - the library's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Keep the mail for each recipient; LMTP answers one line for each of them (RFC 2033 §4.2)."""
        content = envelope.content or b""
        raw = content if isinstance(content, bytes) else content.encode("utf-8", "surrogateescape")
        answers = await self._in_thread(self._take_in, raw, envelope.mail_from, list(envelope.rcpt_tos))
        if isinstance(server, LMTP):
            return "\r\n".join(answers)
        return next((answer for answer in answers if answer != ACCEPTED), ACCEPTED)

    async def _in_thread(self, work: Any, *values: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self.pool, work, *values)

    def _known(self, address: str) -> str:
        close_old_connections()
        try:
            arrival_at(address)
        except Refusal:
            return NOBODY
        except (DatabaseError, OSError):
            connection.close()
            return TRY_LATER
        return "250 2.1.5 ok"

    def _take_in(self, raw: bytes, envelope_from: str | None, recipients: list[str]) -> list[str]:
        """One mail for each mailbox among the recipients, the same answer for all that share one."""
        close_old_connections()
        by_mailbox: dict[str, str] = {}
        answers = []
        for recipient in recipients:
            try:
                mailbox = arrival_at(recipient).address
                if mailbox not in by_mailbox:
                    by_mailbox[mailbox] = self._one(raw, envelope_from, recipient, recipients)
                answers.append(by_mailbox[mailbox])
            except Refusal:
                answers.append(NOBODY)
            except (DatabaseError, OSError) as trouble:
                log.warning("%s: a mail was not stored: %s", self._door, trouble)
                connection.close()
                answers.append(TRY_LATER)
        return answers

    def _one(self, raw: bytes, envelope_from: str | None, recipient: str, recipients: list[str]) -> str:
        take_in(
            raw,
            mailbox=recipient,
            door=self._door,
            envelope_from=envelope_from,
            envelope_to=recipients,
            actor=self._actor,
        )
        return ACCEPTED


class _Listener(Controller):
    """An aiosmtpd controller that speaks LMTP or SMTP."""

    def start(self) -> None:
        """Begin to listen. A taken port is known at once; the controller alone would wait five seconds for itself."""
        family = socket.AF_INET6 if ":" in self.hostname else socket.AF_INET
        socket.create_server((self.hostname, self.port), family=family).close()
        super().start()

    def factory(self) -> SMTP:
        """A new conversation."""
        kind = LMTP if self.speaks_lmtp else SMTP
        return kind(self.handler, ident="Dreiklang", data_size_limit=LARGEST, enable_SMTPUTF8=True, timeout=120)

    speaks_lmtp = True


def listener(door: str, host: str, port: int, *, actor: Actor) -> Controller:
    """A listener for a door, ``lmtp`` or ``smtp``; ``start()`` raises OSError if the port is taken."""
    made = _Listener(Receiver(door, actor=actor), hostname=host, port=port)
    made.speaks_lmtp = door == "lmtp"
    return made
