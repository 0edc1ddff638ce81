"""Registration of this package, and its reactions, event by event."""

from django.apps import AppConfig


class SlaConfig(AppConfig):
    """Promises and their clocks."""

    name = "dreiklang.sla"
    label = "sla"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen to whatever moves a clock. What happens between the levels is told by the floor above."""
        from dreiklang.kernel.reactions import at_once
        from dreiklang.sla.reactions import keep_clocks_right, keep_vendors_right
        from dreiklang.tickets import events as tickets
        from dreiklang.tickets.events import joined

        at_once(tickets.TicketOpened, keep_clocks_right)
        at_once(tickets.TicketClassified, keep_clocks_right)
        at_once(tickets.ServiceNamed, keep_clocks_right)
        at_once(tickets.RequesterChanged, keep_clocks_right)
        at_once(tickets.TicketMoved, keep_clocks_right)
        at_once(tickets.MessageWritten, keep_clocks_right)
        at_once(tickets.MessageWithdrawn, keep_clocks_right)
        at_once(tickets.MessageSent, keep_clocks_right)
        at_once(tickets.MessageFailed, keep_clocks_right)
        at_once(tickets.TicketPaused, keep_clocks_right)
        at_once(tickets.TicketResumed, keep_clocks_right)
        at_once(tickets.TicketResolved, keep_clocks_right)
        at_once(tickets.TicketReopened, keep_clocks_right)
        at_once(tickets.TicketClosed, keep_clocks_right)
        at_once(joined.TicketMerged, keep_clocks_right)
        at_once(joined.TicketParted, keep_clocks_right)
        at_once(tickets.CorrespondenceWritten, keep_vendors_right)
        at_once(tickets.CorrespondenceReceived, keep_vendors_right)
        at_once(tickets.CorrespondenceWithdrawn, keep_vendors_right)
        at_once(tickets.CorrespondenceFailed, keep_vendors_right)
        at_once(tickets.TicketResolved, keep_vendors_right)
        at_once(tickets.TicketClosed, keep_vendors_right)
        at_once(joined.TicketMerged, keep_vendors_right)
