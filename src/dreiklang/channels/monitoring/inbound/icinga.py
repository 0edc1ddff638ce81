"""Icinga 2 and Nagios: a notification command posts its macros as JSON.

Names as in Icinga's own notification scripts (``HOSTNAME``, ``SERVICEDESC`` …), lower case and Icinga 2's runtime
names (``host.name``) count too. Acknowledgements, downtimes and comments are no news of the trouble itself and
change nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from dreiklang.channels.monitoring.inbound.values import (
    Unreadable,
    fingerprint_of,
    lines,
    mapping_at,
    moment,
    not_later,
    severity_of,
    state_of,
    text_at,
)
from dreiklang.channels.monitoring.rules import Signal

_TROUBLES = frozenset({"", "problem", "recovery", "flappingstart", "flappingstop", "custom"})
_TIMES = ("LASTSTATECHANGE", "LASTSERVICESTATECHANGE", "LASTHOSTSTATECHANGE", "TIMET", "LONGDATETIME")


def signals(payload: Any, received_at: datetime, _mapping: Mapping[str, str]) -> list[Signal]:
    """One signal, or none where the call tells of no trouble."""
    said = _plain_names(mapping_at(payload))
    if text_at(said, "NOTIFICATIONTYPE").lower() not in _TROUBLES:
        return []
    host = text_at(said, "HOSTNAME", "HOSTALIAS", "HOSTDISPLAYNAME", longest=200)
    service = text_at(said, "SERVICEDESC", "SERVICENAME", "SERVICEDISPLAYNAME", longest=200)
    if not host:
        raise Unreadable("field_missing", "HOSTNAME")
    word = text_at(said, "SERVICESTATE") if service else text_at(said, "HOSTSTATE")
    word = word or text_at(said, "STATE")
    at = next((found for name in _TIMES if (found := moment(said.get(name)))), None)
    return [
        Signal(
            fingerprint=fingerprint_of([("host", host), ("service", service)]),
            state=state_of(word),
            at=not_later(at, received_at),
            title=" · ".join(part for part in (host, service, word) if part)[:300],
            text=_text(said, service),
            severity=severity_of(word),
            host=host,
            service=service,
            url=text_at(said, "ACTIONURL", "SERVICEACTIONURL", "HOSTACTIONURL", "URL", longest=1_000),
        )
    ]


def _text(said: Mapping[str, Any], service: str) -> str:
    first = ("SERVICEOUTPUT", "LONGSERVICEOUTPUT") if service else ("HOSTOUTPUT", "LONGHOSTOUTPUT")
    return "\n".join(found for name in (*first, "OUTPUT") if (found := lines(said.get(name))))


def _plain_names(values: Mapping[str, Any]) -> dict[str, Any]:
    """``host.name``, ``host_name``, ``$HOSTNAME$`` and ``HOSTNAME`` are the same macro."""
    return {"".join(c for c in str(name).upper() if c.isalnum()): value for name, value in values.items()}
