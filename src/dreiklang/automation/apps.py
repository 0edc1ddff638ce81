"""Registration of this package, and its reactions, event by event."""

from django.apps import AppConfig


class AutomationConfig(AppConfig):
    """Rules."""

    name = "dreiklang.automation"
    label = "automation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen to what happens to tickets. What happens between the levels is told by the floor above."""
        from dreiklang.automation.reactions import consider, is_waited_for
        from dreiklang.kernel.reactions import later
        from dreiklang.sla import events as promises
        from dreiklang.tickets import events as tickets
        from dreiklang.tickets.events import together

        later(tickets.TicketOpened, consider, is_wanted=is_waited_for)
        later(tickets.MessageReceived, consider, is_wanted=is_waited_for)
        later(tickets.MessageWritten, consider, is_wanted=is_waited_for)
        later(tickets.NoteWritten, consider, is_wanted=is_waited_for)
        later(tickets.TicketClassified, consider, is_wanted=is_waited_for)
        later(tickets.SubjectChanged, consider, is_wanted=is_waited_for)
        later(tickets.RequesterChanged, consider, is_wanted=is_waited_for)
        later(tickets.TicketAssigned, consider, is_wanted=is_waited_for)
        later(tickets.TicketMoved, consider, is_wanted=is_waited_for)
        later(tickets.TicketPaused, consider, is_wanted=is_waited_for)
        later(tickets.TicketResumed, consider, is_wanted=is_waited_for)
        later(tickets.TicketResolved, consider, is_wanted=is_waited_for)
        later(tickets.TicketReopened, consider, is_wanted=is_waited_for)
        later(tickets.TicketClosed, consider, is_wanted=is_waited_for)
        later(promises.PromiseNear, consider, is_wanted=is_waited_for)
        later(promises.PromiseBroken, consider, is_wanted=is_waited_for)
        later(together.TicketTagged, consider, is_wanted=is_waited_for)
        later(together.TicketUntagged, consider, is_wanted=is_waited_for)
