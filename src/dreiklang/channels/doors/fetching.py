"""What every fetcher is: a thread that looks after one mailbox, and whose trouble stays its own (P44)."""

from __future__ import annotations

import logging
import threading

from django.db import DatabaseError

from dreiklang.channels.mail.settings.commands import note_contact
from dreiklang.channels.mail.settings.trying import problem_words
from dreiklang.channels.models import Mailbox
from dreiklang.kernel.permissions import Actor

log = logging.getLogger(__name__)


class MailboxThread(threading.Thread):
    """Looks after one mailbox until told to stop. ``door`` names the way it goes, for the log."""

    door = ""

    def __init__(self, mailbox: Mailbox, *, actor: Actor) -> None:
        super().__init__(name=f"{self.door}-{mailbox.address}", daemon=True)
        self.mailbox = mailbox
        self.version = mailbox.version
        self._actor = actor
        self._stop_asked = threading.Event()

    def stop(self) -> None:
        """Ask it to end; it does so within seconds."""
        self._stop_asked.set()

    def _tell_trouble(self, trouble: BaseException) -> None:
        """What is wrong goes to the log, and beside the mailbox where administrators look."""
        log.warning("mailbox %s: %s", self.mailbox.address, trouble)
        self._tell((problem_words(trouble) if isinstance(trouble, Exception) else "") or type(trouble).__name__)

    def _tell(self, problem: str) -> None:
        try:
            note_contact(self.mailbox.pk, problem=problem)
        except DatabaseError:
            log.warning("mailbox %s: the database does not answer", self.mailbox.address)
