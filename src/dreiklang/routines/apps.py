"""Registration of this package."""

from django.apps import AppConfig


class RoutinesConfig(AppConfig):
    """Text blocks, macros, runbooks."""

    name = "dreiklang.routines"
    label = "routines"
    default_auto_field = "django.db.models.BigAutoField"
