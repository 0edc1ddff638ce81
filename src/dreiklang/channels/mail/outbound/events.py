"""What happened to mails on their way out, beyond what is told of the words themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dreiklang.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class MailTriedAgain(Event):
    """Somebody had a mail tried again that had failed or waited."""

    code: ClassVar[str] = "outgoing.tried_again"
    subject_kind: ClassVar[str] = "outgoing"
    former_reason: str = ""
