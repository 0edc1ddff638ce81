"""Who may keep hooks, and what a hook may see."""

from __future__ import annotations

from dreiklang.channels.webhooks.models import Hook
from dreiklang.kernel.permissions import Actor
from dreiklang.tickets import policy as tickets


def may_keep_hooks(actor: Actor) -> bool:
    """Make and change hooks, look at what they were told."""
    return actor.is_system or actor.has("control.use")


def actor_of(hook: Hook) -> Actor:
    """The hook itself as an actor: it sees what whoever works inside sees; restricted tickets only if allowed."""
    rights = {tickets.WORK} | ({tickets.SEE_ALL} if hook.sees_restricted else set())
    return Actor("hook", hook.pk, hook.name, frozenset(rights), {}, "en")
