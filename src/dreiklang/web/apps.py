from django.apps import AppConfig


class WebConfig(AppConfig):
    """Screens have no tables of their own; the app brings templates, static files and template tags."""

    name = "dreiklang.web"
    label = "web"
