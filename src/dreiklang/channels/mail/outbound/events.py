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


@dataclass(frozen=True, kw_only=True)
class MailsHeld(Event):
    """A new life of the desk began: what waited to leave in the former one is held."""

    code: ClassVar[str] = "outgoing.held"
    subject_kind: ClassVar[str] = "outgoing"
    count: int


@dataclass(frozen=True, kw_only=True)
class MailReleased(Event):
    """Somebody let a held mail leave."""

    code: ClassVar[str] = "outgoing.released"
    subject_kind: ClassVar[str] = "outgoing"


@dataclass(frozen=True, kw_only=True)
class MailSetAside(Event):
    """Somebody decided that a held mail does not leave."""

    code: ClassVar[str] = "outgoing.set_aside"
    subject_kind: ClassVar[str] = "outgoing"
