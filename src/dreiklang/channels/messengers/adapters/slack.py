"""Slack: the Events API inward (signed, with a time), ``chat.postMessage`` and ``files`` outward."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from typing import Any, ClassVar
from urllib.parse import urlencode, urlsplit

from dreiklang.channels.messengers import rules
from dreiklang.channels.messengers.adapters.interface import (
    Adapter,
    File,
    Handed,
    Media,
    Refused,
    Said,
    Settings,
    Told,
    Unreadable,
    as_object,
    call,
    fetched,
    inner,
    several,
    word,
)
from dreiklang.kernel.errors import Unavailable

API = "https://slack.com/api"
#: Errors of the Web API that another try or a new token mends.
_MENDED = frozenset(
    {"invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive", "missing_scope"}
)
_PASSING = frozenset({"ratelimited", "internal_error", "fatal_error", "service_unavailable", "request_timeout"})


class Slack(Adapter):
    """One app in one workspace; each thread of a channel, and each direct message, is a talk."""

    kind: ClassVar[str] = "slack"
    title: ClassVar[str] = "Slack"
    needs: ClassVar[tuple[str, ...]] = ("token", "signing_secret")
    longest: ClassVar[int] = 4_000

    def is_genuine(self, line: Settings, handed: Handed) -> bool:
        """``X-Slack-Signature``: v0 over ``v0:time:body``, not older or younger than five minutes."""
        time = handed.headers.get("x-slack-request-timestamp", "")
        if not line.signing_secret or not time.isascii() or not time.isdigit() or len(time) > 12:
            return False
        if abs(handed.now.timestamp() - int(time)) > rules.WINDOW_SECONDS:
            return False
        wanted = "v0=" + rules.hex_signature(line.signing_secret, f"v0:{time}:".encode() + handed.body)
        return rules.same(wanted, handed.headers.get("x-slack-signature", ""))

    def challenge(self, line: Settings, handed: Handed) -> str | None:
        """Slack asks once whether the address is ours, in a signed call like any other."""
        if not self.is_genuine(line, handed):
            return None
        try:
            found = as_object(handed.body)
        except Unreadable:
            return None
        return word(found, "challenge")[:500] if found.get("type") == "url_verification" else None

    def read(self, line: Settings, raw: bytes) -> list[Said | Told]:
        """One event; what bots say, edits and joins ask for nothing."""
        found = as_object(raw)
        if found.get("type") != "event_callback":
            raise Unreadable("strange_object", word(found, "type")[:60])
        event = inner(found, "event")
        kind, sub = word(event, "type"), word(event, "subtype")
        channel, time = word(event, "channel"), word(event, "ts")
        is_direct = word(event, "channel_type") == "im"
        if kind not in ("message", "app_mention") or sub not in ("", "file_share") or event.get("bot_id"):
            return []
        if not channel or not time or not word(event, "user"):
            return []
        thread = word(event, "thread_ts") or ("" if is_direct else time)
        media = tuple(
            Media(word(one, "url_private_download"), word(one, "name"), word(one, "mimetype"))
            for one in several(event, "files")
        )
        text = _plain(word(event, "text"))
        what = "" if text or media else "unknown"
        # a mention is told twice, as a message and as a mention: both bear the same time
        ref, handle, user = f"{channel}:{time}", f"{channel}:{thread}".rstrip(":"), word(event, "user")
        return [Said(ref, handle, text, user, user=user, what=what, media=media)]

    def look_up(self, line: Settings, said: Said) -> Said:
        """Name and mail address of who speaks, as the workspace knows them."""
        profile = inner(_asked(line, f"users.info?{urlencode({'user': said.user})}"), "user", "profile")
        return replace(said, name=word(profile, "real_name") or said.name, mail=word(profile, "email"))

    def fetch(self, line: Settings, media: Media) -> File:
        """Files want the token, which goes to Slack alone; without the right to read Slack shows a page to sign in."""
        host = urlsplit(media.ref).hostname or ""
        if not host.endswith(".slack.com") and host != urlsplit(line.base_url).hostname:
            raise Refused(code="no_files")
        file = fetched(media.ref, media, headers={"Authorization": f"Bearer {line.token}"})
        if file.content[:15].lower().startswith(b"<!doctype html") and media.type != "text/html":
            raise Refused(code="no_files")
        return file

    def send(self, line: Settings, handle: str, text: str, *, key: str) -> str:
        """A text, in its thread. Slack's signs are written so that they are shown as typed."""
        channel, _colon, thread = handle.partition(":")
        data: dict[str, Any] = {"channel": channel, "text": html.escape(text, quote=False), "unfurl_links": False}
        if thread:
            data["thread_ts"] = thread
        return f"{channel}:{word(_asked(line, 'chat.postMessage', data), 'ts')}"

    def test(self, line: Settings) -> str:
        """The bot and the workspace of the token."""
        found = _asked(line, "auth.test", {})
        return f"{word(found, 'user')} · {word(found, 'team')}"


def _asked(line: Settings, method: str, data: dict[str, Any] | None = None) -> dict[str, Any]:
    """Slack answers 200 to everything, and says in the body whether it was done."""
    base = (line.base_url or API).rstrip("/")
    found = call(f"{base}/{method}", headers={"Authorization": f"Bearer {line.token}"}, data=data).data()
    if found.get("ok") is True:
        return found
    error = word(found, "error")[:100]
    if error in _MENDED:
        raise Unavailable(error, code="wrong_token")
    if error in _PASSING:
        raise Unavailable(error, code="not_now")
    raise Refused(error)


def _plain(text: str) -> str:
    """Slack's marks as words: ``<https://a|b>`` → b, ``<@U1>`` (who is addressed) goes, entities are signs again."""
    text = re.sub(r"<@[A-Z0-9]+>", "", text)
    text = re.sub(r"<[#!]?[^<>|]*\|([^<>]*)>", r"\1", text)
    text = re.sub(r"<((?:https?|mailto|tel):[^<>|]*)>", r"\1", text)
    return html.unescape(text).strip()
