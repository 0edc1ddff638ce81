"""Registration of this package."""

from django.apps import AppConfig


class TicketsConfig(AppConfig):
    name = "dreiklang.tickets"
    label = "tickets"
    default_auto_field = "django.db.models.BigAutoField"
