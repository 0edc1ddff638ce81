"""Registration of approvals."""

from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    """Who says yes."""

    name = "dreiklang.approvals"
    label = "approvals"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make the events known, so that journal lines can be read again."""
        from dreiklang.approvals import events  # noqa: F401
