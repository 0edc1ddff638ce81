"""Every write of the monitoring door."""

from .alerts import dismiss_alert, steady_alerts
from .calls import keep_call, settle_call, settle_waiting
from .sources import change_source, make_source, new_signing, new_token

__all__ = [
    "change_source",
    "dismiss_alert",
    "keep_call",
    "make_source",
    "new_signing",
    "new_token",
    "settle_call",
    "settle_waiting",
    "steady_alerts",
]
