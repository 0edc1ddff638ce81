"""Registration of the catalogue."""

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    """What can be ordered."""

    name = "dreiklang.catalog"
    label = "catalog"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make the events known, and listen to decisions and to tasks."""
        from dreiklang.approvals.events import ApprovalDecided
        from dreiklang.catalog import events, reactions  # noqa: F401
        from dreiklang.kernel.reactions import at_once
        from dreiklang.tickets.events.tasks import TaskChanged

        at_once(ApprovalDecided, reactions.go_on_when_decided)
        at_once(TaskChanged, reactions.go_on_when_done)
