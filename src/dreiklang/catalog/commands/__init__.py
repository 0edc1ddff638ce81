"""Every write of the catalogue."""

from .beginning import add_ready_entries
from .going_on import go_on, heed_decision, heed_task
from .keeping import change_entry, make_entry, offer_entry, restore_version, withdraw_entry
from .ordering import FormChanged, cancel, order

__all__ = [
    "FormChanged", "add_ready_entries", "cancel", "change_entry", "go_on", "heed_decision", "heed_task", "make_entry",
    "offer_entry", "order", "restore_version", "withdraw_entry",
]  # fmt: skip
