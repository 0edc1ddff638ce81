"""What happened to webhooks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dreiklang.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class HookChanged(Event):
    """A hook was made, changed or removed; ``changed`` names the fields, never their values."""

    code: ClassVar[str] = "webhook.changed"
    subject_kind: ClassVar[str] = "webhook"
    changed: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class HookSwitchedOff(Event):
    """The desk stopped calling: nobody took its calls for days, or the other side said it is gone."""

    code: ClassVar[str] = "webhook.switched_off"
    subject_kind: ClassVar[str] = "webhook"
    why: str


@dataclass(frozen=True, kw_only=True)
class HookAsked(Event):
    """A delivery was asked for by hand or by a rule: a test, a repetition, a deed."""

    code: ClassVar[str] = "webhook.asked"
    subject_kind: ClassVar[str] = "webhook"
    delivery_id: int
    why: str
    ticket_id: int | None = None
