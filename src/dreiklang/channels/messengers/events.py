"""What happened at the messenger door. Numbers and words stand in its tables, not in the journal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dreiklang.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class LineEvent(Event):
    """Something about a line of ours."""

    subject_kind: ClassVar[str] = "messenger_line"


@dataclass(frozen=True, kw_only=True)
class LineChanged(LineEvent):
    """It was made or changed; the names of what is different."""

    code: ClassVar[str] = "messenger.line_changed"
    changed: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PostEvent(Event):
    """Something about what a service handed us."""

    subject_kind: ClassVar[str] = "messenger_post"


@dataclass(frozen=True, kw_only=True)
class PostRefused(PostEvent):
    """It could not be read."""

    code: ClassVar[str] = "messenger.refused"
    reason: str
    where: str = ""


@dataclass(frozen=True, kw_only=True)
class PostSettled(PostEvent):
    """It was read: so many messages were new."""

    code: ClassVar[str] = "messenger.settled"
    taken: int = 0


@dataclass(frozen=True, kw_only=True)
class AnswerEvent(Event):
    """Something about an answer on its way."""

    subject_kind: ClassVar[str] = "messenger_answer"


@dataclass(frozen=True, kw_only=True)
class AnswerWentOn(AnswerEvent):
    """The service told that it is delivered, read or failed."""

    code: ClassVar[str] = "messenger.answer_told"
    state: str


@dataclass(frozen=True, kw_only=True)
class AnswerTriedAgain(AnswerEvent):
    """Somebody let it leave once more."""

    code: ClassVar[str] = "messenger.answer_again"
