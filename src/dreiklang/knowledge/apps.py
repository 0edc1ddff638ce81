"""Registration of this package."""

from django.apps import AppConfig


class KnowledgeConfig(AppConfig):
    """Articles and how they are found."""

    name = "dreiklang.knowledge"
    label = "knowledge"
    default_auto_field = "django.db.models.BigAutoField"
