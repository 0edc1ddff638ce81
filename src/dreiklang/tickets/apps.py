"""Registration of this package."""

from django.apps import AppConfig


class TicketsConfig(AppConfig):
    name = "dreiklang.tickets"
    label = "tickets"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """The fields that conditions may ask for; what wakes a ticket that waits."""
        from dreiklang.tickets.queries import own_fields
        from dreiklang.tickets.queries.conditions import columns

        columns.register_usual()
        own_fields.register()
        from dreiklang.kernel.reactions import later
        from dreiklang.tickets import events as e
        from dreiklang.tickets import reactions as r

        later(e.tasks.TaskChanged, r.wake_for_task)
        later(e.bulk.BulkBegun, r.go_on_with_bulk)
        later(e.bulk.BulkTakenBack, r.take_bulk_back)
        later(e.TicketResolved, r.wake_for_ticket)
        later(e.TicketClosed, r.wake_for_ticket)
        later(e.joined.TicketMerged, r.wake_for_ticket)
        later(e.joined.ChildReleased, r.wake_for_ticket)
