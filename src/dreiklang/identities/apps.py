"""Registration of this package."""

from django.apps import AppConfig


class IdentitiesConfig(AppConfig):
    """Sign-in services and directories."""

    name = "dreiklang.identities"
    label = "identities"
    default_auto_field = "django.db.models.BigAutoField"
