"""Registration of the monitoring door."""

from django.apps import AppConfig


class MonitoringConfig(AppConfig):
    """What watching programs tell."""

    name = "dreiklang.channels.monitoring"
    label = "monitoring"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make the events known, so that journal lines can be read again."""
        from dreiklang.channels.monitoring import events  # noqa: F401
