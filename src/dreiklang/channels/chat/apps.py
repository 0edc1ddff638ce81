"""Registration of the chat door."""

from django.apps import AppConfig


class ChatConfig(AppConfig):
    """What visitors of web pages ask, and what is answered while they wait."""

    name = "dreiklang.channels.chat"
    label = "chat"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make the events known, so that journal lines can be read again."""
        from dreiklang.channels.chat import events  # noqa: F401
