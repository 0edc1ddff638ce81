"""What happened at the monitoring door."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dreiklang.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class SourceChanged(Event):
    """A source was made or changed; ``changed`` names the fields, never their values."""

    code: ClassVar[str] = "alert_source.changed"
    subject_kind: ClassVar[str] = "alert_source"
    changed: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CallSettled(Event):
    """A call was read: so many troubles begun, ended, told again, or overtaken by newer news."""

    code: ClassVar[str] = "alert_call.settled"
    subject_kind: ClassVar[str] = "alert_call"
    raised: int = 0
    cleared: int = 0
    repeated: int = 0
    stale: int = 0


@dataclass(frozen=True, kw_only=True)
class CallRefused(Event):
    """A call could not be read; its bytes are kept and somebody is asked to look."""

    code: ClassVar[str] = "alert_call.refused"
    subject_kind: ClassVar[str] = "alert_call"
    reason: str
    where: str = ""


@dataclass(frozen=True, kw_only=True)
class AlertSteady(Event):
    """A trouble that came and went has been quiet for a while."""

    code: ClassVar[str] = "alert.steady"
    subject_kind: ClassVar[str] = "alert"
    state: str


@dataclass(frozen=True, kw_only=True)
class AlertForgotten(Event):
    """Somebody took a trouble off the list: the program that told of it will never say that it ended."""

    code: ClassVar[str] = "alert.dismissed"
    subject_kind: ClassVar[str] = "alert"
