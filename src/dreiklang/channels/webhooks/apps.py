"""Registration of webhooks, and the news they tell."""

from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    """What other programs are told."""

    name = "dreiklang.channels.webhooks"
    label = "webhooks"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen to everything that is on offer; give rules the deed that calls."""
        from dreiklang.automation.rules.doings import register
        from dreiklang.channels.webhooks.commands import call_by_rule
        from dreiklang.channels.webhooks.reactions import queue
        from dreiklang.channels.webhooks.rules import OFFERED
        from dreiklang.kernel.events import KNOWN
        from dreiklang.kernel.reactions import at_once

        for code in OFFERED:
            at_once(KNOWN[code], queue)
        register("webhook", call_by_rule)
