"""Registration of this package, and its reactions, event by event."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """Tables in, disclosures out, erasures."""

    name = "dreiklang.exchange"
    label = "exchange"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """What was begun goes on by itself."""
        from dreiklang.exchange import events as e
        from dreiklang.exchange import reactions as r
        from dreiklang.kernel.reactions import later

        later(e.ImportBegun, r.go_on_with_import)
        later(e.ImportTakenBack, r.take_import_back)
        later(e.DisclosureAsked, r.put_together)
        later(e.ErasureAsked, r.erase)
