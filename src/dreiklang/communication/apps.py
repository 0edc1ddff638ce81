"""Registration of this package."""

from django.apps import AppConfig


class CommunicationConfig(AppConfig):
    name = "dreiklang.communication"
    label = "communication"
    default_auto_field = "django.db.models.BigAutoField"
