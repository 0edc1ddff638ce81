"""What happened to sources and identities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dreiklang.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class SourceEvent(Event):
    """Base: the subject is a source."""

    subject_kind: ClassVar[str] = "identity_source"


@dataclass(frozen=True, kw_only=True)
class SourceChanged(SourceEvent):
    """A source was made or set up differently; ``changed`` names what, never to which value."""

    code: ClassVar[str] = "identity_source.changed"
    changed: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SourceRemoved(SourceEvent):
    """A source is gone, and with it every identity that hung on it."""

    code: ClassVar[str] = "identity_source.removed"
    identities: int = 0


@dataclass(frozen=True, kw_only=True)
class IdentityTied(Event):
    """Somebody at a source is the owner of this account; ``by`` says what proved it."""

    code: ClassVar[str] = "account.identity_tied"
    subject_kind: ClassVar[str] = "account"
    source_id: int
    by: str


@dataclass(frozen=True, kw_only=True)
class IdentityUntied(Event):
    """The source opens this account no more."""

    code: ClassVar[str] = "account.identity_untied"
    subject_kind: ClassVar[str] = "account"
    source_id: int


@dataclass(frozen=True, kw_only=True)
class ConfirmationAsked(Event):
    """The first sign-in by a source waits for the link that was mailed to the address it named."""

    code: ClassVar[str] = "account.identity_confirmation_asked"
    subject_kind: ClassVar[str] = "account"
    source_id: int


@dataclass(frozen=True, kw_only=True)
class GroupRulesChanged(SourceEvent):
    """Belonging to a group brings something else now."""

    code: ClassVar[str] = "identity_source.group_rules_changed"


@dataclass(frozen=True, kw_only=True)
class Synced(SourceEvent):
    """People were taken over from a directory; ``steps`` is how many things that changed."""

    code: ClassVar[str] = "identity_source.synced"
    steps: int
    held: str = ""


@dataclass(frozen=True, kw_only=True)
class SyncSwitched(SourceEvent):
    """The desk takes people over by itself from now on, or no longer."""

    code: ClassVar[str] = "identity_source.sync_switched"
    is_on: bool
