"""Registration of the fax door, and its reactions, event by event."""

from django.apps import AppConfig


class FaxConfig(AppConfig):
    """Faxes, in and out."""

    name = "dreiklang.channels.fax"
    label = "fax"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen to faxes that came: their pages are made pictures in the background."""
        from dreiklang.channels.fax import events, reactions
        from dreiklang.kernel.reactions import later

        later(events.FaxReceived, reactions.show_pages_of)
