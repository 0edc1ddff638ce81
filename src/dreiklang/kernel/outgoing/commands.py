"""Allowing the desk to call targets inside the network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext as _

from dreiklang.kernel import clock
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Invalid
from dreiklang.kernel.events import Event
from dreiklang.kernel.journal import publish
from dreiklang.kernel.models import AllowedTarget
from dreiklang.kernel.outgoing import rules
from dreiklang.kernel.permissions import Actor, require


@dataclass(frozen=True, kw_only=True)
class TargetAllowed(Event):
    """The desk may call this target from now on."""

    code: ClassVar[str] = "target.allowed"
    subject_kind: ClassVar[str] = "target"
    target: str


@dataclass(frozen=True, kw_only=True)
class TargetDisallowed(Event):
    """The desk may no longer call this target."""

    code: ClassVar[str] = "target.disallowed"
    subject_kind: ClassVar[str] = "target"
    target: str


@command
def allow_target(*, actor: Actor, target: str, reason: str) -> AllowedTarget:
    """Let the desk call a host, address or network that is not public. Raises Invalid for anything else."""
    require(actor.has("control.use"))
    target = target.strip().lower()
    problems: dict[str, list[str]] = {}
    if not rules.is_target(target):
        problems["target"] = [_("This is neither a host name nor an address nor a network.")]
    if not reason.strip():
        problems["reason"] = [_("What is it needed for?")]
    if AllowedTarget.objects.filter(target=target).exists():
        problems["target"] = [_("It is on the list already.")]
    if problems:
        raise Invalid(problems)
    allowed = AllowedTarget.objects.create(target=target, reason=reason.strip()[:300], allowed_at=clock.now())
    publish(TargetAllowed(subject_id=allowed.pk, target=target), actor=actor)
    return allowed


@command
def disallow_target(allowed: AllowedTarget, *, actor: Actor) -> None:
    """Take a target off the list."""
    require(actor.has("control.use"))
    gone = TargetDisallowed(subject_id=allowed.pk, target=allowed.target)
    allowed.delete()
    publish(gone, actor=actor)
