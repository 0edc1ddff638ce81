"""Registration of approvals."""

from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    """Who says yes."""

    name = "dreiklang.approvals"
    label = "approvals"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make the events known, so that journal lines can be read again, and listen to solutions."""
        from dreiklang.approvals import events, reactions  # noqa: F401
        from dreiklang.kernel.reactions import at_once
        from dreiklang.tickets.events import TicketResolved

        at_once(TicketResolved, reactions.refuse_undecided)
