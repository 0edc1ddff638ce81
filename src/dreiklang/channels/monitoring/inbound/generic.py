"""Any program that posts JSON: the administrator says where in it what stands (``host.name``, ``alerts[0].state``)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from dreiklang.channels.monitoring.inbound.values import (
    Unreadable,
    at_path,
    fingerprint_of,
    lines,
    moment,
    not_later,
    one_line,
    severity_of,
    state_of,
)
from dreiklang.channels.monitoring.rules import Signal

#: What can be mapped; ``state`` and ``title`` must stand in the call, the rest may.
FIELDS: Final = ("list", "fingerprint", "state", "title", "text", "severity", "host", "service", "url", "at", "episode")
USUAL: Final = {name: name for name in FIELDS if name != "list"}


def signals(payload: Any, received_at: datetime, mapping: Mapping[str, str]) -> list[Signal]:
    """One signal, or one for each entry of the list that the mapping names (or that the call itself is)."""
    many = at_path(payload, mapping["list"]) if mapping.get("list") else payload
    entries = many if isinstance(many, list) else [many]
    return [_signal(entry, {**USUAL, **mapping}, received_at) for entry in entries]


def _signal(entry: Any, mapping: Mapping[str, str], received_at: datetime) -> Signal:
    if not isinstance(entry, dict):
        raise Unreadable("not_an_object", mapping.get("list", ""))

    def said(name: str, longest: int = 300) -> str:
        value = at_path(entry, mapping[name])
        if isinstance(value, bool):
            return str(value).lower()
        return one_line(str(value), longest) if isinstance(value, str | int | float) else ""

    for name in ("state", "title"):
        if not said(name):
            raise Unreadable("field_missing", mapping[name])
    host, service = said("host", 200), said("service", 200)
    known_by = [("host", host), ("service", service), ("title", said("title"))]
    episode = moment(at_path(entry, mapping["episode"]))
    return Signal(
        fingerprint=said("fingerprint", 100) or fingerprint_of(known_by),
        state=state_of(said("state")),
        at=not_later(moment(at_path(entry, mapping["at"])), received_at),
        episode=not_later(episode, received_at) if episode else None,
        title=said("title"),
        text=lines(at_path(entry, mapping["text"])),
        severity=severity_of(said("severity")),
        host=host,
        service=service,
        url=said("url", 1_000),
    )
