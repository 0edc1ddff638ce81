"""Registration of this package, and its reactions, event by event."""

from django.apps import AppConfig


class AssistanceConfig(AppConfig):
    """Proposals from text."""

    name = "dreiklang.assistance"
    label = "assistance"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """A ticket that begins, or is called something else, is read once more; a text that is wanted is fetched."""
        from dreiklang.assistance import reactions as r
        from dreiklang.assistance.events import MachineTextAsked
        from dreiklang.kernel.reactions import later
        from dreiklang.tickets import events as tickets

        later(tickets.TicketOpened, r.read_ticket, is_wanted=r.is_anything_learned)
        later(MachineTextAsked, r.fetch_text)
        later(tickets.SubjectChanged, r.read_ticket, is_wanted=r.is_anything_learned)
