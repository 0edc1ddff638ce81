"""One reader for all systems that post forms or JSON: sipgate.io, Placetel, Zammad's generic CTI, STARFACE modules.

They differ in names only: what they call an event and its parts stands in the tables below. The shapes of sipgate.io
and Placetel are those of their published descriptions (Push-API; Call Control-/Notify-API).
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl

RANG: Final = "rang"
ANSWERED: Final = "answered"
HUNG_UP: Final = "hung_up"
CALL_BACK: Final = "call_back"

_EVENTS: Final[dict[str, str]] = {
    **dict.fromkeys(("newcall", "incomingcall", "outgoingcall", "incoming", "outgoing", "ringing", "ring", "rang",
                     "setup", "alerting", "callstarted", "started", "dialing", "offered"), RANG),
    **dict.fromkeys(("answer", "answered", "callaccepted", "accepted", "connected", "connect", "established",
                     "pickup", "callanswered", "up"), ANSWERED),
    **dict.fromkeys(("hangup", "hungup", "ended", "end", "disconnected", "disconnect", "released", "terminated",
                     "finished", "completed", "callended", "missed", "cancelled", "canceled", "voicemail",
                     "noanswer", "busy"), HUNG_UP),
    **dict.fromkeys(("callback", "callbackrequest", "callbackrequested"), CALL_BACK),
}  # fmt: skip
_REF: Final = ("callId", "call_id", "callID", "id", "uniqueid", "linkedid", "uuid")
_FROM: Final = ("from", "caller", "callerNumber", "caller_number", "callerid", "source", "src")
_TO: Final = ("to", "called", "calledNumber", "called_number", "callee", "destination", "dst")
_AT: Final = ("answeringNumber", "answering_number", "peer", "extension", "account", "fullUserId", "userId", "user",
              "agent", "exten")  # fmt: skip
_RUNG: Final = ("user[]", "userId[]", "fullUserId[]", "user", "users", "extensions", "peers", "targets")
_CAUSE: Final = ("cause", "type", "reason", "result", "hangupCause")
_SECONDS: Final = ("duration", "billsec", "talkSeconds", "seconds")
MOST_RUNG: Final = 50


class Unreadable(ValueError):
    """What came is no news of a call; ``code`` says what is wrong, ``where`` names the part."""

    def __init__(self, code: str, where: str = "") -> None:
        super().__init__(code)
        self.code, self.where = code, where


@dataclass(frozen=True, slots=True)
class News:
    """One statement about one call. Numbers as the system writes them; ``at``: where it was answered, if told."""

    event: str
    ref: str
    is_outgoing: bool = False
    caller: str = ""
    called: str = ""
    at: tuple[str, ...] = ()
    rung: tuple[str, ...] = ()
    cause: str = ""
    seconds: int = 0
    recording_name: str = ""
    recording: bytes = b""


def read(raw: bytes, content_type: str) -> News:
    """The news in a request. Raises Unreadable for what is neither a form nor a JSON object, or names no call."""
    told = _fields(raw, content_type)
    written = _one(told, ("event", "type", "state", "status"))
    event = _EVENTS.get("".join(c for c in written.lower() if c.isalnum()))
    if not written:
        raise Unreadable("field_missing", "event")
    if event is None:
        raise Unreadable("unknown_event", written[:60])
    ref = _one(told, _REF)
    if not ref:
        raise Unreadable("field_missing", "callId")
    name, recording = _recording(told)
    return News(
        event=event,
        ref=ref[:200],
        is_outgoing=_one(told, ("direction",)).lower().startswith("out") or written.lower().startswith("outgoing"),
        caller=_one(told, _FROM),
        called=_one(told, _TO),
        at=tuple(dict.fromkeys(v for key in _AT for v in _all(told, key))),
        rung=tuple(dict.fromkeys(v for key in _RUNG for v in _all(told, key)))[:MOST_RUNG],
        cause=_one(told, ("cause",)) or (_one(told, _CAUSE) if event == HUNG_UP else "") or written,
        seconds=_whole(_one(told, _SECONDS)),
        recording_name=name,
        recording=recording,
    )


def _fields(raw: bytes, content_type: str) -> Mapping[str, list[str]]:
    """What was posted as lists of texts by name, whatever the form."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    if "json" in content_type.lower() or text.lstrip()[:1] == "{":
        return _of_json(text)
    found: dict[str, list[str]] = {}
    try:
        for name, value in parse_qsl(text, keep_blank_values=True, max_num_fields=200):
            found.setdefault(name, []).append(value)
    except ValueError as wrong:
        raise Unreadable("not_a_form") from wrong
    return found


def _of_json(text: str) -> Mapping[str, list[str]]:
    try:
        told = json.loads(text)
    except (ValueError, RecursionError) as wrong:
        raise Unreadable("not_json") from wrong
    if not isinstance(told, dict):
        raise Unreadable("not_an_object")
    return {str(name): _texts(value) for name, value in told.items()}


def _texts(value: Any) -> list[str]:
    if isinstance(value, list):
        return [text for one in value for text in _texts(one)]
    if isinstance(value, dict):
        return [text for name in ("number", "name", "id", "content") for text in _texts(value.get(name))]
    return [] if value is None or isinstance(value, bool) else [str(value)]


def _all(told: Mapping[str, list[str]], name: str) -> list[str]:
    found = (_line(value) for value in told.get(name, []))
    return [value for value in found if value]


def _one(told: Mapping[str, list[str]], names: tuple[str, ...]) -> str:
    return next((values[0] for name in names if (values := _all(told, name))), "")


def _line(value: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in value[:300]).split())


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) <= 6 else 0


def _recording(told: Mapping[str, list[str]]) -> tuple[str, bytes]:
    """What was spoken on the answering machine, if the system sends it: ``recording`` in base64, with a name."""
    coded = next(iter(told.get("recording", [])), "")
    if not coded:
        return "", b""
    try:
        return _one(told, ("recordingName", "recording_name")) or "voicemail.mp3", base64.b64decode(
            coded, validate=True
        )
    except (binascii.Error, ValueError) as wrong:
        raise Unreadable("not_base64", "recording") from wrong
