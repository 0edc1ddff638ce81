"""Checkmk: a notification script posts its ``NOTIFY_…`` variables as JSON, with or without that prefix
(https://docs.checkmk.com/latest/en/notifications.html, 'environment variables')."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from dreiklang.channels.monitoring.inbound import icinga
from dreiklang.channels.monitoring.inbound.values import lines, mapping_at
from dreiklang.channels.monitoring.rules import Signal

#: Checkmk's name → the one it inherited from Nagios
_NAMES = {
    "MICROTIME": "TIMET",
    "LASTSERVICESTATECHANGE": "LASTSERVICESTATECHANGE",
    "LASTHOSTSTATECHANGE": "LASTHOSTSTATECHANGE",
}


def signals(payload: Any, received_at: datetime, mapping: Mapping[str, str]) -> list[Signal]:
    """One signal, or none where the call tells of no trouble."""
    said = {str(k).upper().removeprefix("NOTIFY_"): v for k, v in mapping_at(payload).items()}
    if str(said.get("WHAT", "")).upper() == "HOST":
        said = {name: value for name, value in said.items() if not name.startswith("SERVICE")}
    said = {_NAMES.get(name, name): value for name, value in said.items()}
    said["LONGSERVICEOUTPUT"] = lines(said.get("LONGSERVICEOUTPUT")).replace("\\n", "\n")
    return icinga.signals(said, received_at, mapping)
