"""Registration of this package."""

from django.apps import AppConfig


class EscalationConfig(AppConfig):
    name = "dreiklang.escalation"
    label = "escalation"
    default_auto_field = "django.db.models.BigAutoField"
