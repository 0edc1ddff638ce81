"""What happened at the telephone door. Numbers and notes stand on the card, not in the journal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dreiklang.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class CallEvent(Event):
    """Something about a call; those on whose screen it is hear of it at once."""

    subject_kind: ClassVar[str] = "call"


@dataclass(frozen=True, kw_only=True)
class CallBegun(CallEvent):
    """It rings, or somebody began a card by hand."""

    code: ClassVar[str] = "call.begun"
    channel: str
    is_outgoing: bool = False


@dataclass(frozen=True, kw_only=True)
class CallTold(CallEvent):
    """A system told something about a call that was known already, or came too late: it rings at one more place."""

    code: ClassVar[str] = "call.told"
    event: str


@dataclass(frozen=True, kw_only=True)
class CallAnswered(CallEvent):
    """Somebody talks: who, if the desk knows."""

    code: ClassVar[str] = "call.answered"
    person_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class CallEnded(CallEvent):
    """It is over: talked on for so many seconds, or missed."""

    code: ClassVar[str] = "call.ended"
    stage: str
    seconds: int = 0


@dataclass(frozen=True, kw_only=True)
class CallTicketed(CallEvent):
    """The call belongs to a ticket now: opened from the card, joined to one, or opened because it was missed."""

    code: ClassVar[str] = "call.ticketed"
    ticket_id: int
    is_new: bool


@dataclass(frozen=True, kw_only=True)
class CallWrapped(CallEvent):
    """Its card was done with, or taken up again."""

    code: ClassVar[str] = "call.wrapped"
    is_open_again: bool = False


@dataclass(frozen=True, kw_only=True)
class TransferOffered(CallEvent):
    """A running call was offered to a team."""

    code: ClassVar[str] = "call.transfer_offered"
    transfer_id: int
    to_team_id: int
    to_person_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class TransferEnded(CallEvent):
    """A transfer was taken, declined or called back."""

    code: ClassVar[str] = "call.transfer_ended"
    transfer_id: int
    state: str


@dataclass(frozen=True, kw_only=True)
class SystemChanged(Event):
    """A telephone system was made or changed; ``changed`` names the fields, never their values."""

    code: ClassVar[str] = "phone_system.changed"
    subject_kind: ClassVar[str] = "phone_system"
    changed: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SystemMisread(Event):
    """A system sent something that could not be read; its bytes are kept."""

    code: ClassVar[str] = "phone_system.misread"
    subject_kind: ClassVar[str] = "phone_system"
    problem: str
    where: str = ""


@dataclass(frozen=True, kw_only=True)
class ScriptChanged(Event):
    """What is said on the phone was written anew, or removed."""

    code: ClassVar[str] = "phone_script.changed"
    subject_kind: ClassVar[str] = "phone_script"
    is_removed: bool = False
