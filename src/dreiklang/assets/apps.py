"""Registration of this package."""

from django.apps import AppConfig


class AssetsConfig(AppConfig):
    name = "dreiklang.assets"
    label = "assets"
    default_auto_field = "django.db.models.BigAutoField"
