"""Registration of this package."""

from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    name = "dreiklang.channels"
    label = "channels"
    default_auto_field = "django.db.models.BigAutoField"
