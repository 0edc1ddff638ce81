"""Registration of this package."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "dreiklang.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"
