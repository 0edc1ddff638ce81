"""Prometheus Alertmanager, webhook version 4 (https://prometheus.io/docs/alerting/latest/configuration/#webhook_config).

Grafana sends the same shape. An alert's ``startsAt`` is the beginning of its episode and is told again when it ends.
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
    one_line,
    severity_of,
    state_of,
    text_at,
)
from dreiklang.channels.monitoring.rules import CLEARED, Signal


def signals(payload: Any, received_at: datetime, _mapping: Mapping[str, str]) -> list[Signal]:
    """One signal for each alert of the group."""
    call = mapping_at(payload)
    alerts = call.get("alerts")
    if not isinstance(alerts, list):
        raise Unreadable("no_alerts", "alerts")
    return [_signal(mapping_at(alert, f"alerts[{i}]"), call, received_at) for i, alert in enumerate(alerts)]


def _signal(alert: Mapping[str, Any], call: Mapping[str, Any], received_at: datetime) -> Signal:
    labels = _texts(alert.get("labels"))
    notes = _texts(alert.get("annotations"))
    state = state_of(text_at(alert, "status") or text_at(call, "status"))
    began = not_later(moment(alert.get("startsAt")), received_at)
    ended = not_later(moment(alert.get("endsAt")), received_at)
    name = labels.get("alertname", "")
    host = labels.get("instance") or labels.get("host") or labels.get("node") or ""
    return Signal(
        fingerprint=text_at(alert, "fingerprint", longest=100) or fingerprint_of(labels.items()),
        state=state,
        at=max(began, ended) if state == CLEARED else began,
        episode=began,
        title=text_at(notes, "summary", "title") or " ".join(part for part in (name, host) if part)[:300],
        text=notes.get("description") or notes.get("message") or "",
        severity=severity_of(labels.get("severity", "")),
        host=host[:200],
        service=(labels.get("service") or labels.get("job") or "")[:200],
        url=text_at(alert, "generatorURL", longest=1_000) or text_at(call, "externalURL", longest=1_000),
        labels=tuple(sorted((name, one_line(value, 1_000)) for name, value in labels.items())),
    )


def _texts(values: Any) -> dict[str, str]:
    if not isinstance(values, dict):
        return {}
    told = ((one_line(str(k), 100), v) for k, v in list(values.items())[:60])
    return {name: lines(v) for name, v in told if name and isinstance(v, str | int | float)}
