"""Rules as documents: what a version keeps, and what is carried from one desk to another."""

from __future__ import annotations

from datetime import time
from typing import Any

from dreiklang.automation.models import Rule
from dreiklang.automation.rules.deeds import RIGHTS, Step

FORMAT = "dreiklang-rules-1"
#: What of a rule is written by people. Whether it is on, and where it stands in the order, belongs to the desk.
WRITTEN = ("name", "when", "idle_hours", "at_time", "weekdays", "conditions", "deeds", "rights", "stops")


class BadDocument(Exception):
    """A document that is none of ours; ``where`` names the place."""

    def __init__(self, where: str) -> None:
        super().__init__(where)
        self.where = where


def document_of(rule: Rule) -> dict[str, Any]:
    """A rule as plain values."""
    values = {name: getattr(rule, name) for name in WRITTEN}
    values["at_time"] = rule.at_time.strftime("%H:%M") if rule.at_time else None
    return values


def export_of(rules: list[Rule]) -> dict[str, Any]:
    """Some rules as one document."""
    return {"format": FORMAT, "rules": [document_of(rule) for rule in rules]}


def rule_from(document: object) -> Rule:
    """A rule, not stored, from a document. Raises BadDocument for what has another shape; names are judged later."""
    if not isinstance(document, dict) or set(document) - {*WRITTEN, "key", "name_de"}:
        raise BadDocument("rules")
    rule = Rule(
        name=_text(document, "name", 120),
        when=_text(document, "when", 20),
        idle_hours=_number(document, "idle_hours", 24),
        at_time=_time(document.get("at_time")),
        weekdays=[day for day in _list(document, "weekdays") if isinstance(day, int) and 0 <= day <= 6],
        conditions=_text(document, "conditions", 2000),
        rights=[right for right in _list(document, "rights") if right in RIGHTS],
        stops=bool(document.get("stops")),
    )
    rule.deeds = [_step(one).as_json() for one in _list(document, "deeds")]
    return rule


def rules_from(document: object) -> list[Rule]:
    """The rules of an exported document. Raises BadDocument."""
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise BadDocument("format")
    found = document.get("rules")
    if not isinstance(found, list) or len(found) > 200:
        raise BadDocument("rules")
    return [rule_from(one) for one in found]


def _text(document: dict[str, Any], name: str, most: int) -> str:
    value = document.get(name, "")
    if not isinstance(value, str) or len(value) > most or "\x00" in value:
        raise BadDocument(name)
    return value


def _number(document: dict[str, Any], name: str, usual: int) -> int:
    value = document.get(name, usual)
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= 2000:
        raise BadDocument(name)
    return value


def _list(document: dict[str, Any], name: str) -> list[Any]:
    value = document.get(name, [])
    if not isinstance(value, list) or len(value) > 20:
        raise BadDocument(name)
    return value


def _time(value: object) -> time | None:
    if value is None:
        return None
    try:
        return time.fromisoformat(str(value))
    except ValueError as wrong:
        raise BadDocument("at_time") from wrong


def _step(stored: object) -> Step:
    if not isinstance(stored, dict) or set(stored) - {"deed", "value", "text", "text_en"}:
        raise BadDocument("deeds")
    if not all(isinstance(value, str) and len(value) <= 20_000 and "\x00" not in value for value in stored.values()):
        raise BadDocument("deeds")
    return Step.from_json(stored)
