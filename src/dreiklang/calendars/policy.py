"""Who may do what with calendars."""

from __future__ import annotations

from django.db.models import QuerySet

from dreiklang.calendars.models import ServiceCalendar
from dreiklang.kernel.permissions import Actor


def may_manage_calendars(actor: Actor) -> bool:
    """Add, change and remove calendars: administrators."""
    return actor.has("control.use")


def visible_to(actor: Actor) -> QuerySet[ServiceCalendar]:
    """Who works at the desk sees when others are there; nobody else sees a list of calendars."""
    if actor.has("desk.use") or may_manage_calendars(actor):
        return ServiceCalendar.objects.order_by("name", "pk")
    return ServiceCalendar.objects.none()
