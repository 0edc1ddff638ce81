"""Text messages by any gateway that speaks HTTP: which field bears what is set for the line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, ClassVar, Final
from urllib.parse import parse_qs, urlencode

from dreiklang.channels.messengers import rules
from dreiklang.channels.messengers.adapters.interface import (
    Adapter,
    Handed,
    Said,
    Settings,
    Told,
    Unreadable,
    call,
    word,
)

#: What can be set, and what stands there if nothing is. ``in_*``: fields of a call; ``out_*``: of our own.
FIELDS: Final = {
    "in_id": "id", "in_from": "from", "in_text": "text", "in_state": "status", "in_state_id": "id",
    "out_to": "to", "out_text": "text", "out_from": "from", "out_id": "id", "out_form": "json",
    "signature_header": "x-signature", "auth": "bearer",
}  # fmt: skip
#: How gateways call the states of a message, in small letters.
STATES: Final = {
    "sent": "sent", "accepted": "sent", "queued": "sent", "buffered": "sent",
    "delivered": "delivered", "delivrd": "delivered", "success": "delivered", "received": "delivered",
    "failed": "failed", "undelivered": "failed", "undeliv": "failed", "rejected": "failed", "rejectd": "failed",
    "expired": "failed", "error": "failed",
}  # fmt: skip


class Sms(Adapter):
    """One number at a gateway."""

    kind: ClassVar[str] = "sms"
    title: ClassVar[str] = "SMS"
    takes_word: ClassVar[bool] = True
    needs: ClassVar[tuple[str, ...]] = ("base_url", "token")
    longest: ClassVar[int] = 1_530
    proves_sender: ClassVar[bool] = False

    def is_genuine(self, line: Settings, handed: Handed) -> bool:
        """HMAC-SHA256 over the body where a secret is set; otherwise our word in the address or as bearer."""
        if line.signing_secret:
            given = handed.headers.get(_of(line, "signature_header").lower(), "").strip().lower()
            return rules.same(rules.hex_signature(line.signing_secret, handed.body), given.removeprefix("sha256="))
        bearer = handed.headers.get("authorization", "").removeprefix("Bearer ").strip()
        return rules.same(line.word, handed.query.get("token", "") or bearer)

    def read(self, line: Settings, raw: bytes) -> list[Said | Told]:
        """A form or a JSON object (or a list of them): a message has a text, a state has none."""
        return [_one(line, row) for row in _rows(raw)]

    def send(self, line: Settings, handle: str, text: str, *, key: str) -> str:
        """Post it to the gateway."""
        data = {_of(line, "out_to"): handle, _of(line, "out_text"): text}
        if line.ref:
            data[_of(line, "out_from")] = line.ref
        proof = {} if _of(line, "auth") == "none" else {"Authorization": f"{_of(line, 'auth').title()} {line.token}"}
        if _of(line, "out_form") == "form":
            kind = "application/x-www-form-urlencoded"
            reply = call(line.base_url, headers=proof, body=urlencode(data).encode(), content_type=kind)
        else:
            reply = call(line.base_url, headers=proof, data=data)
        try:
            found = json.loads(reply.body)
        except (ValueError, RecursionError):
            found = {}
        return word(found, *_of(line, "out_id").split(".")) or key

    def test(self, line: Settings) -> str:
        """There is no question that all gateways answer: only whether somebody listens at the address."""
        from dreiklang.kernel.outgoing import ask

        return str(ask(line.base_url, method="HEAD", timeout=10, first=1).status)


def _of(line: Settings, name: str) -> str:
    return line.mapping.get(name) or FIELDS[name]


def _rows(raw: bytes) -> list[Mapping[str, Any]]:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise Unreadable("not_text") from wrong
    if text.lstrip()[:1] not in ("{", "["):
        return [{name: values[0] for name, values in parse_qs(text, max_num_fields=100).items()}]
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as wrong:
        raise Unreadable("not_json") from wrong
    rows = found if isinstance(found, list) else [found]
    return [row for row in rows if isinstance(row, dict)]


def _one(line: Settings, row: Mapping[str, Any]) -> Said | Told:
    text, sender = (word(row, *_of(line, name).split(".")) for name in ("in_text", "in_from"))
    state = STATES.get(word(row, *_of(line, "in_state").split(".")).lower(), "")
    if state and not text:
        ref = word(row, *_of(line, "in_state_id").split("."))
        if not ref:
            raise Unreadable("field_missing", _of(line, "in_state_id"))
        return Told(ref, state)
    ref = word(row, *_of(line, "in_id").split("."))
    for value, name in ((ref, "in_id"), (sender, "in_from")):
        if not value:
            raise Unreadable("field_missing", _of(line, name))
    return Said(ref, sender, text, number=sender, what="" if text.strip() else "unknown")
