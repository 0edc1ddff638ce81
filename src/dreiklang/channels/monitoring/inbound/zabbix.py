"""Zabbix: a webhook media type posts its parameters as JSON, named after Zabbix' macros
(https://www.zabbix.com/documentation/current/en/manual/appendix/macros/supported_by_location).

Expected: ``event_id``, ``event_value`` (1 or 0) or ``event_status``, ``event_name``, ``trigger_id``, ``host_name``; and
where there are ``event_severity``, ``event_opdata``, ``event_timestamp``, ``event_recovery_timestamp``, ``url``.
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
from dreiklang.channels.monitoring.rules import CLEARED, Signal


def signals(payload: Any, received_at: datetime, _mapping: Mapping[str, str]) -> list[Signal]:
    """One signal. Updates of an event (acknowledged, commented) are no news of the trouble and change nothing."""
    said = {str(k).lower().strip("{}").replace(".", "_"): v for k, v in mapping_at(payload).items()}
    if text_at(said, "event_update_status") == "1":
        return []
    host = text_at(said, "host_name", "host_host", "host", longest=200)
    trigger = text_at(said, "trigger_id", "triggerid") or text_at(said, "event_name", "trigger_name")
    if not trigger:
        raise Unreadable("field_missing", "trigger_id")
    state = state_of(text_at(said, "event_value", "event_status", "trigger_status", "status"))
    began = moment(said.get("event_timestamp"))
    ended = moment(said.get("event_recovery_timestamp"))
    at = ended if state == CLEARED and ended else began
    title = text_at(said, "event_name", "trigger_name", "alert_subject", "subject")
    return [
        Signal(
            fingerprint=fingerprint_of([("trigger", trigger), ("host", host)]),
            state=state,
            at=not_later(at, received_at),
            episode=not_later(began, received_at) if began else None,
            title=" · ".join(part for part in (host, title) if part)[:300],
            text="\n".join(t for n in ("event_opdata", "alert_message", "message") if (t := lines(said.get(n)))),
            severity=severity_of(text_at(said, "event_severity", "trigger_severity")),
            host=host,
            url=text_at(said, "url", "trigger_url", longest=1_000),
        )
    ]
