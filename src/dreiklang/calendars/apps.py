"""Registration of this package."""

from django.apps import AppConfig


class CalendarsConfig(AppConfig):
    """Calendars: nothing to react to, they stand on the kernel alone."""

    name = "dreiklang.calendars"
    label = "calendars"
    default_auto_field = "django.db.models.BigAutoField"
