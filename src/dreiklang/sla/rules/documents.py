"""The agreement form of `dreiklang sla compute`: clocks on plain input, for audits and dry runs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo

from dreiklang.calendars.rules import BadDocument, BeyondHorizon, WorkingCalendar, calendar_from, moment_from
from dreiklang.calendars.rules.documents import below, object_from
from dreiklang.calendars.rules.timetable import FIRST_YEAR, LAST_YEAR
from dreiklang.calendars.rules.week import shown
from dreiklang.sla.rules.agreement import (
    FIRST_RESPONSE,
    METRICS,
    RESOLUTION,
    UPDATE,
    BadAgreement,
    Priority,
    Share,
    Target,
    Terms,
)
from dreiklang.sla.rules.clocks import clocks_of
from dreiklang.sla.rules.log import Happening, Step, Type
from dreiklang.sla.rules.measure import Measured

T = TypeVar("T")
_TYPES: Final = tuple(type_.value for type_ in Type if type_ not in (Type.TERMS, Type.DISCARDED))
_LEVELS: Final = (1, 2, 3, 4)
#: What other desks call them. An answer uses the name that the question used.
_OTHER_NAMES: Final = {
    "response": FIRST_RESPONSE, "first_reply": FIRST_RESPONSE, "first_answer": FIRST_RESPONSE,
    "next_update": UPDATE, "next_response": UPDATE, "next_reply": UPDATE,
    "solution": RESOLUTION, "resolve": RESOLUTION, "resolution_time": RESOLUTION,
}  # fmt: skip


def answer_agreement(document: object) -> dict[str, list[dict[str, Any]]]:
    """Answer `{"calendar", "agreement", "events", "now"}` with `{"clocks"}`.

    One clock for each metric with a target (of the updates the present round, with its former ones inside), then one
    for each level that has a share and had the ticket. Raises `BadDocument`, with the place, for anything else.
    """
    parts = object_from(document, "", required=("calendar", "agreement", "events", "now"))
    calendar = calendar_from(parts["calendar"])
    terms = _terms_from(parts["agreement"], calendar)
    log = _each(parts["events"], "events", lambda written, path: _happening_from(written, path, calendar))
    now = _moment(parts["now"], "now", calendar)
    if sum(happening.type is Type.OPENED for happening in log) != 1:
        raise BadDocument("events", "must have exactly one of type opened")
    try:
        clocks = _written(clocks_of(terms, log, now), calendar.zone)
    except BeyondHorizon as beyond:  # every moment lies within it, so a promise reaches past it
        raise BadDocument("agreement", f"a promise is too long: {beyond}") from beyond
    asked = _names_asked(parts["agreement"])
    return {"clocks": [{**clock, "metric": asked.get(clock["metric"], clock["metric"])} for clock in clocks]}


def _names_asked(agreement: object) -> dict[str, str]:
    """How the document calls each metric, of several names the first."""
    assert isinstance(agreement, dict)
    names: dict[str, str] = {}
    for target in agreement["targets"]:
        names.setdefault(_metric(target["metric"]), target["metric"])
    return names


def _metric(written: object) -> str:
    name = written.strip().lower().replace(" ", "_").replace("-", "_") if isinstance(written, str) else ""
    return _OTHER_NAMES.get(name, name)


def _terms_from(written: object, calendar: WorkingCalendar) -> Terms:
    parts = object_from(written, "agreement", required=("targets",), optional=("pauses", "shares"))
    targets = _each(parts["targets"], "agreement.targets", _target_from)
    pauses = _each(_or_none(parts.get("pauses")), "agreement.pauses", _text)
    shares = _each(_or_none(parts.get("shares")), "agreement.shares", _share_from)
    try:
        return Terms(calendar, tuple(targets), frozenset(pauses), tuple(shares))
    except BadAgreement as wrong:
        path = wrong.path if wrong.path.startswith("calendar") else below("agreement", wrong.path)
        raise BadDocument(path, wrong.message) from wrong


def _target_from(written: object, path: str) -> Target:
    parts = object_from(written, path, required=("metric", "minutes"), optional=("priority", "kind"))
    metric = _metric(parts["metric"])
    if metric not in METRICS:
        raise BadDocument(below(path, "metric"), f"must be one of {', '.join(METRICS)}, not {shown(parts['metric'])}")
    seconds = _number(parts["minutes"], below(path, "minutes")) * 60
    priority, kind = _priority(parts.get("priority"), below(path, "priority")), parts.get("kind")
    return Target(metric, seconds, priority, None if kind is None else _text(kind, below(path, "kind")))


def _share_from(written: object, path: str) -> Share:
    parts = object_from(written, path, required=("level",), optional=("percent", "minutes"))
    parts = {name: part for name, part in parts.items() if part is not None}
    if ("percent" in parts) == ("minutes" in parts):
        raise BadDocument(path, "must have percent, or minutes of its own")
    level = _level(parts.get("level"), below(path, "level"))
    if "percent" in parts:
        return Share(level, percent=_number(parts["percent"], below(path, "percent")))
    return Share(level, seconds=_number(parts["minutes"], below(path, "minutes")) * 60)


_NEEDS: Final = {Type.PRIORITY: "priority", Type.PENDING: "reason", Type.HANDOVER: "level"}


def _happening_from(written: object, path: str, calendar: WorkingCalendar) -> Happening:
    optional = ("priority", "reason", "level", "kind")
    further = written if isinstance(written, dict) else ()
    parts = object_from(written, path, required=("at", "type"), optional=(*optional, *further))
    if parts["type"] not in _TYPES:
        raise BadDocument(below(path, "type"), f"must be one of {', '.join(_TYPES)}, not {shown(parts['type'])}")
    type_ = Type(str(parts["type"]))
    given = {name: parts[name] for name in optional if parts.get(name) is not None}
    if type_ in _NEEDS and _NEEDS[type_] not in given:
        raise BadDocument(below(path, _NEEDS[type_]), f"is missing; an event of type {type_} needs it")
    reason, level, kind = given.get("reason"), given.get("level"), given.get("kind")
    return Happening(
        at=_moment(parts["at"], below(path, "at"), calendar),
        type=type_,
        priority=_priority(given.get("priority"), below(path, "priority")),
        reason=None if reason is None else _text(reason, below(path, "reason")),
        level=None if level is None else _level(level, below(path, "level")),
        kind=None if kind is None else _text(kind, below(path, "kind")),
    )


def _or_none(written: object) -> object:
    """Null is as good as nothing written."""
    return [] if written is None else written


def _each(written: object, path: str, read: Callable[[object, str], T]) -> list[T]:
    if not isinstance(written, list):
        raise BadDocument(path, f"must be a list, not {shown(written)}")
    return [read(one, f"{path}[{place}]") for place, one in enumerate(written)]


def _moment(written: object, path: str, calendar: WorkingCalendar) -> datetime:
    try:
        moment = calendar.located(moment_from(written, path)).astimezone(UTC)
    except OverflowError:
        moment = datetime.max.replace(tzinfo=UTC)
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise BadDocument(path, f"lies outside the years {FIRST_YEAR} to {LAST_YEAR}, for which calendars are known")
    return moment


def _number(written: object, path: str) -> float:
    if not isinstance(written, int | float) or isinstance(written, bool) or not 0 < written < 1e9:
        raise BadDocument(path, f"must be a number above 0, not {shown(written)}")
    return written


def _priority(written: object, path: str) -> Priority:
    if written is None or (isinstance(written, int | str) and not isinstance(written, bool)):
        return written
    raise BadDocument(path, f"must be a number, a text or null, not {shown(written)}")


def _level(written: object, path: str) -> int:
    """A level as a number, or as exports write it: "2", "L2"."""
    if isinstance(written, str) and written.strip().upper().removeprefix("L") in map(str, _LEVELS):
        written = int(written.strip().upper().removeprefix("L"))
    if isinstance(written, bool) or not isinstance(written, int) or written not in _LEVELS:
        raise BadDocument(path, f"must be a level from 1 to 4, not {shown(written)}")
    return written


def _text(written: object, path: str) -> str:
    if not isinstance(written, str) or not written:
        raise BadDocument(path, f"must be a text, not {shown(written)}")
    return written


def _written(clocks: list[Measured], zone: ZoneInfo) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    rounds = [clock for clock in clocks if clock.metric == UPDATE]
    for clock in clocks:
        if clock.metric == UPDATE and clock is not rounds[-1]:
            continue
        one = _clock(clock, zone)
        if clock.metric == UPDATE:
            one["former"] = [_clock(former, zone) for former in rounds[:-1]]
        found.append(one)
    return found


def _clock(clock: Measured, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "metric": clock.metric,
        "level": clock.level,
        "due": _local(clock.due_at, zone),
        "state": clock.state,
        "met_at": _local(clock.met_at, zone),
        "breached_at": _local(clock.breached_at, zone),
        "used_seconds": _whole(clock.used_seconds),
        "paused_seconds": _whole(clock.paused_seconds),
        "target_seconds": _whole(clock.target_seconds),
        "charged_level": clock.charged_level,
        "why": [_step(step, zone) for step in clock.why],
    }


def _step(step: Step, zone: ZoneInfo) -> dict[str, Any]:
    if step.until is None:
        event: dict[str, Any] = {"at": _local(step.at, zone), "event": step.what}
        return {**event, "said": step.said} if step.said else event
    span = {"from": _local(step.at, zone), "to": _local(step.until, zone)}
    return {**span, "counted": step.what, "seconds": _whole(step.seconds)}


def _local(moment: datetime | None, zone: ZoneInfo) -> str | None:
    return None if moment is None else moment.astimezone(zone).isoformat()


def _whole(seconds: float) -> float:
    return int(seconds) if float(seconds).is_integer() else seconds
