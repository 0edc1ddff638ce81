"""What happened to devices. No line bears an address or a name of one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dreiklang.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class PushKeysMade(Event):
    """The desk has keys by which push services know it."""

    code: ClassVar[str] = "push.keys_made"
    subject_kind: ClassVar[str] = "instance"


@dataclass(frozen=True, kw_only=True)
class DeviceSwitchedOn(Event):
    """An account is told of news on one more device."""

    code: ClassVar[str] = "device.switched_on"
    subject_kind: ClassVar[str] = "account"
    device_id: int


@dataclass(frozen=True, kw_only=True)
class DeviceSwitchedOff(Event):
    """A device is told no more; ``why`` is a literal: owner, gone, signed_out, access."""

    code: ClassVar[str] = "device.switched_off"
    subject_kind: ClassVar[str] = "account"
    device_id: int
    why: str


@dataclass(frozen=True, kw_only=True)
class DeviceTried(Event):
    """Its owner asked for a trial."""

    code: ClassVar[str] = "device.tried"
    subject_kind: ClassVar[str] = "account"
    device_id: int
