"""Microsoft Teams: an outgoing webhook of a team inward (HMAC), an incoming webhook or workflow outward."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils.translation import gettext as _

from dreiklang.channels.messengers import rules
from dreiklang.channels.messengers.adapters.interface import (
    Adapter,
    Handed,
    Said,
    Settings,
    Told,
    Unreadable,
    as_object,
    call,
    word,
)


class Teams(Adapter):
    """One team. Whoever mentions the webhook asks; answers are cards in the channel that the workflow posts to."""

    kind: ClassVar[str] = "teams"
    title: ClassVar[str] = "Microsoft Teams"
    needs: ClassVar[tuple[str, ...]] = ("base_url", "signing_secret")
    longest: ClassVar[int] = 10_000

    def is_genuine(self, line: Settings, handed: Handed) -> bool:
        """``Authorization: HMAC …``: SHA-256 over the body in base64, by the security token, which is base64 itself."""
        scheme, _blank, given = handed.headers.get("authorization", "").partition(" ")
        return scheme == "HMAC" and rules.same(rules.base64_signature(line.signing_secret, handed.body), given.strip())

    def reply(self) -> Mapping[str, Any] | None:
        """Teams shows at once, in the thread, that it has arrived."""
        return {"type": "message", "text": _("Thank you, the service desk has your message.")}

    def read(self, line: Settings, raw: bytes) -> list[Said | Told]:
        """One message; its text is HTML with the name of the webhook that was mentioned."""
        found = as_object(raw)
        if found.get("type") != "message":
            raise Unreadable("strange_object", word(found, "type")[:60])
        ref, talk = word(found, "id"), word(found, "conversation", "id")
        for value, name in ((ref, "id"), (talk, "conversation.id")):
            if not value:
                raise Unreadable("field_missing", name)
        name = word(found, "from", "name")
        text = _plain(word(found, "text"))
        return [Said(f"{talk}:{ref}", talk, text, name, what="" if text else "unknown")]

    def send(self, line: Settings, handle: str, text: str, *, key: str) -> str:
        """Post a card. The workflow knows its channel; the thread cannot be named to it."""
        card = {
            "$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "type": "AdaptiveCard", "version": "1.4",
            "body": [{"type": "TextBlock", "text": text, "wrap": True}],
        }  # fmt: skip
        kind = "application/vnd.microsoft.card.adaptive"
        call(line.base_url, data={"type": "message", "attachments": [{"contentType": kind, "content": card}]})
        return key

    def test(self, line: Settings) -> str:
        """The workflow answers nothing but to a card, so that one is posted."""
        self.send(line, "", _("This is a test of the service desk's connection."), key="test")
        return _("A card was posted.")


def _plain(text: str) -> str:
    text = re.sub(r"<at>.*?</at>", "", text, flags=re.DOTALL)
    text = re.sub(r"<(?:br|/p|/div)[^>]*>", "\n", text)
    return html.unescape(re.sub(r"<[^>]+>", "", text)).replace("\u00a0", " ").strip()
