"""What happened at the gate. The subject is the stored original."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dreiklang.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class IncomingEvent(Event):
    """Base: something became of a mail that came in."""

    subject_kind: ClassVar[str] = "incoming"


@dataclass(frozen=True, kw_only=True)
class MailHeld(IncomingEvent):
    """It claims to belong to a ticket without the right to, or has no home: somebody must look."""

    code: ClassVar[str] = "mail.held"
    words: ClassVar[frozenset[str]] = frozenset({"sender", "subject"})
    held_id: int
    reason: str
    claimed_id: int | None = None
    sender: str = ""
    subject: str = ""


@dataclass(frozen=True, kw_only=True)
class MailIgnored(IncomingEvent):
    """Stored, listed, and nothing more: a report of a machine, a loop."""

    code: ClassVar[str] = "mail.ignored"
    reason: str


@dataclass(frozen=True, kw_only=True)
class MailQuarantined(IncomingEvent):
    """It could not be settled; its bytes are kept and somebody is asked to look (P03)."""

    code: ClassVar[str] = "mail.quarantined"
    reason: str
    tries: int


@dataclass(frozen=True, kw_only=True)
class MailDismissed(IncomingEvent):
    """Somebody decided that nothing becomes of it."""

    code: ClassVar[str] = "mail.dismissed"
    is_spam: bool = False


@dataclass(frozen=True, kw_only=True)
class MailReprocessed(IncomingEvent):
    """Somebody had a quarantined mail tried again."""

    code: ClassVar[str] = "mail.reprocessed"


@dataclass(frozen=True, kw_only=True)
class HeldMailSettled(IncomingEvent):
    """Somebody decided where a held mail belongs: ``settlement`` is joined or opened."""

    code: ClassVar[str] = "mail.held_settled"
    settlement: str
    ticket_id: int


@dataclass(frozen=True, kw_only=True)
class MailFoundGood(IncomingEvent):
    """Somebody said that it is no spam: it went through the gate again as if it had just come."""

    code: ClassVar[str] = "mail.found_good"
    ticket_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class SenderBlocked(Event):
    """Mails of an address or a domain are held from now on."""

    code: ClassVar[str] = "sender.blocked"
    subject_kind: ClassVar[str] = "blocked_sender"
    words: ClassVar[frozenset[str]] = frozenset({"pattern", "reason"})
    pattern: str = ""
    reason: str = ""
    until: str = ""


@dataclass(frozen=True, kw_only=True)
class SenderUnblocked(Event):
    """Mails of an address or a domain come through again."""

    code: ClassVar[str] = "sender.unblocked"
    subject_kind: ClassVar[str] = "blocked_sender"
    words: ClassVar[frozenset[str]] = frozenset({"pattern"})
    pattern: str = ""


@dataclass(frozen=True, kw_only=True)
class MailboxChanged(Event):
    """A mailbox was made or changed; ``changed`` names the fields, never their values."""

    code: ClassVar[str] = "mailbox.changed"
    subject_kind: ClassVar[str] = "mailbox"
    changed: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class MailKeyAdded(Event):
    """The desk can open mail that is encrypted for this certificate from now on."""

    code: ClassVar[str] = "mail_key.added"
    subject_kind: ClassVar[str] = "mail_key"
    fingerprint: str = ""


@dataclass(frozen=True, kw_only=True)
class MailKeyRemoved(Event):
    """The desk has destroyed a key."""

    code: ClassVar[str] = "mail_key.removed"
    subject_kind: ClassVar[str] = "mail_key"
    fingerprint: str = ""


@dataclass(frozen=True, kw_only=True)
class SignerKnown(Event):
    """Signatures by this certificate or key, or by what it issued, mean something from now on."""

    code: ClassVar[str] = "known_signer.added"
    subject_kind: ClassVar[str] = "known_signer"
    fingerprint: str = ""


@dataclass(frozen=True, kw_only=True)
class SignerForgotten(Event):
    """Signatures by this certificate or key mean nothing any more."""

    code: ClassVar[str] = "known_signer.removed"
    subject_kind: ClassVar[str] = "known_signer"
    fingerprint: str = ""


@dataclass(frozen=True, kw_only=True)
class BrandChanged(Event):
    """A brand was made or changed; ``changed`` names the fields."""

    code: ClassVar[str] = "brand.changed"
    subject_kind: ClassVar[str] = "brand"
    changed: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class BrandRemoved(Event):
    """A brand is gone; its mailboxes write under their own names."""

    code: ClassVar[str] = "brand.removed"
    subject_kind: ClassVar[str] = "brand"
