"""One call: signed, through the door that judges addresses (P35), certificates verified (P39), no redirect followed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from dreiklang import __version__
from dreiklang.channels.monitoring.rules.signatures import signature
from dreiklang.channels.webhooks.models import Delivery, Hook
from dreiklang.kernel import clock
from dreiklang.kernel.errors import Refusal
from dreiklang.kernel.outgoing import ask

#: Seconds for a whole call: a receiver that drips its answer holds up no other one.
WHOLE = 15.0
KEPT_OF_ANSWER = 1_000
GONE = 410


@dataclass(frozen=True)
class Answer:
    """What became of a call. ``problem`` is a literal, empty for a call that was taken."""

    status: int | None
    words: str
    problem: str


#: What the door out says of a call that did not come to an answer, in the literals of deliveries.
_PROBLEMS: Final = {"slow": "too_slow", "broken_off": "no_answer", "no_address": "no_answer"}


def call(hook: Hook, delivery: Delivery) -> Answer:
    """Send a delivery once. Never raises for what the other side or the network does."""
    body = delivery.payload.encode()
    headers = headers_of(hook, delivery.key, body)
    try:
        reply = ask(
            hook.url, method="POST", body=body, headers=headers, timeout=WHOLE, first=KEPT_OF_ANSWER, may_be_plain=True
        )
    except Refusal as refused:
        return Answer(None, _kept(str(refused)), _PROBLEMS.get(refused.code, refused.code))
    return _judged(reply.status, reply.body)


def headers_of(hook: Hook, key: str, body: bytes) -> dict[str, str]:
    """The three headers of the specification, with a signature by each secret that is good now."""
    now = clock.now()
    timestamp = str(int(now.timestamp()))
    secrets = [hook.secret]
    if hook.former_secret and hook.former_until and hook.former_until > now:
        secrets.append(hook.former_secret)
    return {
        "Content-Type": "application/json",
        "User-Agent": f"Dreiklang/{__version__}",
        "webhook-id": key,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(signature(secret, key, timestamp, body) for secret in secrets),
    }


def _judged(status: int, answered: bytes) -> Answer:
    words = _kept(answered.decode("utf-8", "replace"))
    if 200 <= status < 300:
        return Answer(status, words, "")
    if 300 <= status < 400:
        return Answer(status, words, "redirect")
    return Answer(status, words, "gone" if status == GONE else "refused")


def _kept(said: str) -> str:
    """What the other side said, as the database can keep it: whatever it sent, a NUL must not stop the sender."""
    return said[:KEPT_OF_ANSWER].replace("\x00", " ").encode("utf-8", "replace").decode()
