"""Registration of the telephone door."""

from django.apps import AppConfig


class TelephonyConfig(AppConfig):
    """What telephone systems tell, and what people write on the phone."""

    name = "dreiklang.channels.telephony"
    label = "telephony"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make the events known, so that journal lines can be read again."""
        from dreiklang.channels.telephony import events  # noqa: F401
