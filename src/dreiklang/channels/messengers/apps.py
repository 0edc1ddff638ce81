"""Registration of the messenger door, and its reactions."""

from django.apps import AppConfig


class MessengersConfig(AppConfig):
    """What is said by messengers, in and out."""

    name = "dreiklang.channels.messengers"
    label = "messengers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen to words that are to leave; say where answers to such tickets go."""
        from dreiklang.channels.messengers import events, reactions
        from dreiklang.channels.messengers.adapters import ADAPTERS
        from dreiklang.channels.messengers.queries import way_to
        from dreiklang.kernel.reactions import at_once
        from dreiklang.tickets import events as tickets
        from dreiklang.tickets.queries.recipients import lead_by

        for kind in ADAPTERS:
            lead_by(kind, way_to)
        at_once(tickets.MessageWritten, reactions.queue_message)
        at_once(tickets.MessageWithdrawn, reactions.take_back_message)
        at_once(events.LineChanged, reactions.try_soon)
