"""Registration of this package."""

from django.apps import AppConfig


class TicketsConfig(AppConfig):
    name = "dreiklang.tickets"
    label = "tickets"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """The fields that conditions may ask for."""
        from dreiklang.tickets.queries.conditions import columns

        columns.register_usual()
