"""Registration of web push, and the news it tells."""

from django.apps import AppConfig


class PushConfig(AppConfig):
    """What devices are told."""

    name = "dreiklang.channels.push"
    label = "push"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen to news for persons and to answers for requesters."""
        from dreiklang.channels.push import reactions as r
        from dreiklang.communication import events as communication
        from dreiklang.kernel.reactions import at_once
        from dreiklang.tickets import events as tickets

        at_once(communication.PersonsNotified, r.queue_news)
        at_once(tickets.MessageWritten, r.queue_answer)
