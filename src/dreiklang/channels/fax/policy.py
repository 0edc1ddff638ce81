"""Who may keep fax lines. A fax itself is words of a ticket: who may read those is said there."""

from __future__ import annotations

from dreiklang.kernel.permissions import Actor


def may_keep_lines(actor: Actor) -> bool:
    """Make and change fax lines."""
    return actor.is_system or actor.has("control.use")
