"""Registration of this package."""

from django.apps import AppConfig


class ShiftsConfig(AppConfig):
    """What one shift leaves to the next."""

    name = "dreiklang.shifts"
    label = "shifts"
    default_auto_field = "django.db.models.BigAutoField"
