"""Registration of this package."""

from django.apps import AppConfig


class TeamsConfig(AppConfig):
    name = "dreiklang.teams"
    label = "teams"
    default_auto_field = "django.db.models.BigAutoField"
