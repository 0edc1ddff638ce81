"""Registration of the ground floor."""

from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "dreiklang.kernel"
    label = "kernel"
    default_auto_field = "django.db.models.BigAutoField"
