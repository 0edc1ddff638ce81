"""Who may keep lines and see what came by them."""

from __future__ import annotations

from django.db.models import QuerySet

from dreiklang.channels.messengers.models import Leaving, Line
from dreiklang.kernel.permissions import Actor


def may_keep_lines(actor: Actor) -> bool:
    """Make, change and test lines; look at what could not be read."""
    return actor.is_system or actor.has("control.use")


def visible_to(actor: Actor) -> QuerySet[Line]:
    """The lines: who keeps them."""
    return Line.objects.all() if may_keep_lines(actor) else Line.objects.none()


def leavings_visible_to(actor: Actor) -> QuerySet[Leaving]:
    """Answers on their way: who keeps the lines. In a ticket they are seen with their message."""
    return Leaving.objects.all() if may_keep_lines(actor) else Leaving.objects.none()
