"""What happened at the chat door. What was said stands in the lines, not in the journal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dreiklang.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class ChatEvent(Event):
    """Something about a chat; its visitor and those at the desk who see it hear of it at once."""

    subject_kind: ClassVar[str] = "chat"


@dataclass(frozen=True, kw_only=True)
class ChatBegun(ChatEvent):
    """A visitor asks and waits, or left a message while nobody was there."""

    code: ClassVar[str] = "chat.begun"
    widget_id: int
    is_proven: bool


@dataclass(frozen=True, kw_only=True)
class ChatSaid(ChatEvent):
    """Somebody wrote a line."""

    code: ClassVar[str] = "chat.said"
    seq: int
    side: str


@dataclass(frozen=True, kw_only=True)
class ChatTaken(ChatEvent):
    """Somebody at the desk answers now."""

    code: ClassVar[str] = "chat.taken"
    person_id: int
    ticket_id: int


@dataclass(frozen=True, kw_only=True)
class ChatEnded(ChatEvent):
    """It is over: ended by a side, by silence, or nobody took it in time."""

    code: ClassVar[str] = "chat.ended"
    stage: str
    ended_by: str = ""
    ticket_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class ChatRated(ChatEvent):
    """The visitor said how it was."""

    code: ClassVar[str] = "chat.rated"
    rating: int


@dataclass(frozen=True, kw_only=True)
class ChatTransferOffered(ChatEvent):
    """A running chat was offered to somebody else."""

    code: ClassVar[str] = "chat.transfer_offered"
    transfer_id: int
    to_team_id: int
    to_person_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class ChatTransferEnded(ChatEvent):
    """A transfer was taken, declined or called back."""

    code: ClassVar[str] = "chat.transfer_ended"
    transfer_id: int
    state: str


@dataclass(frozen=True, kw_only=True)
class WidgetChanged(Event):
    """A widget was made or changed."""

    subject_kind: ClassVar[str] = "chat_widget"
    code: ClassVar[str] = "chat_widget.changed"
    changed: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class AvailabilityChanged(Event):
    """Somebody takes chats from now on, or no more."""

    subject_kind: ClassVar[str] = "person"
    code: ClassVar[str] = "chat.availability_changed"
    is_available: bool
