"""Registration of this package."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "dreiklang.api"
    label = "api"
    default_auto_field = "django.db.models.BigAutoField"
