"""Registration of this package."""

from django.apps import AppConfig


class OrganizationsConfig(AppConfig):
    name = "dreiklang.organizations"
    label = "organizations"
    default_auto_field = "django.db.models.BigAutoField"
