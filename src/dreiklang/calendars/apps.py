"""Registration of this package."""

from django.apps import AppConfig


class CalendarsConfig(AppConfig):
    name = "dreiklang.calendars"
    label = "calendars"
    default_auto_field = "django.db.models.BigAutoField"
