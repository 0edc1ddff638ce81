"""Registration of this package, and its reactions, event by event."""

from django.apps import AppConfig


class EscalationConfig(AppConfig):
    """What happens between the levels."""

    name = "dreiklang.escalation"
    label = "escalation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the floors below what moves their clocks, and what rules may wait for."""
        from dreiklang.automation.reactions import consider, is_waited_for
        from dreiklang.escalation import events
        from dreiklang.escalation.reactions import pass_on_to_clocks, pass_on_to_vendors
        from dreiklang.kernel.reactions import at_once, later

        later(events.HandoverMade, consider, is_wanted=is_waited_for)
        later(events.HandoverAccepted, consider, is_wanted=is_waited_for)
        later(events.HandedBack, consider, is_wanted=is_waited_for)
        at_once(events.HandoverMade, pass_on_to_clocks)
        at_once(events.HandedBack, pass_on_to_clocks)
        at_once(events.HandoverMade, pass_on_to_vendors)
        at_once(events.HandedBack, pass_on_to_vendors)
