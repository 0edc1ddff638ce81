"""Registration of this package."""

from django.apps import AppConfig


class SkillsConfig(AppConfig):
    """Who can do what."""

    name = "dreiklang.skills"
    label = "skills"
    default_auto_field = "django.db.models.BigAutoField"
