"""From what a program sends to signals. A reader is a pure function; it raises ``Unreadable`` with a plain sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from dreiklang.channels.monitoring.inbound import alertmanager, checkmk, generic, icinga, zabbix
from dreiklang.channels.monitoring.inbound.values import Unreadable
from dreiklang.channels.monitoring.rules import Signal

Reader = Callable[[Any, datetime, Mapping[str, str]], list[Signal]]

#: kind of source → how its calls are read
READERS: Final[dict[str, Reader]] = {
    "alertmanager": alertmanager.signals,
    "icinga": icinga.signals,
    "checkmk": checkmk.signals,
    "zabbix": zabbix.signals,
    "generic": generic.signals,
}
#: More in one call than this is a fault of the sender, or worse.
MOST_SIGNALS: Final = 1_000


def read(kind: str, payload: Any, *, received_at: datetime, mapping: Mapping[str, str]) -> list[Signal]:
    """The signals of a call in the order of their fingerprints, the last word of each.

    Raises Unreadable, with a sentence for the administrator, where the payload is not what the kind sends.
    """
    found = READERS[kind](payload, received_at, mapping)
    if len(found) > MOST_SIGNALS:
        raise Unreadable("too_many")
    return sorted(found, key=lambda signal: (signal.fingerprint, signal.at))


__all__ = ["READERS", "Unreadable", "read"]
