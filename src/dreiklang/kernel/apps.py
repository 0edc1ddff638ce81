"""Registration of the ground floor."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class KernelConfig(AppConfig):
    """The kernel; after each migration it sees to the database role's rights."""

    name = "dreiklang.kernel"
    label = "kernel"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Have the role's rights checked once per migration run."""
        from dreiklang.kernel.database_roles import grant_to_application

        # every app's tables are made before the first post_migrate is sent, so one app's signal is enough
        post_migrate.connect(grant_to_application, sender=self, dispatch_uid="kernel.grants")
