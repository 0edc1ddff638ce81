"""A Telegram bot: its Bot API, called by webhook with a secret header."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import uuid4

from dreiklang.channels.messengers import rules
from dreiklang.channels.messengers.adapters.interface import (
    Adapter,
    File,
    Handed,
    Media,
    Said,
    Settings,
    Told,
    Unreadable,
    as_object,
    call,
    fetched,
    form_with,
    inner,
    several,
    word,
)

API = "https://api.telegram.org"
_FILES = ("document", "voice", "audio", "video", "video_note", "animation")
_SILENT = ("new_chat_members", "left_chat_member", "pinned_message", "group_chat_created")


class Telegram(Adapter):
    """One bot, in private chats and groups."""

    kind: ClassVar[str] = "telegram"
    title: ClassVar[str] = "Telegram"
    takes_word: ClassVar[bool] = True
    needs: ClassVar[tuple[str, ...]] = ("token",)
    longest: ClassVar[int] = 4_096
    takes_files: ClassVar[bool] = True

    def is_genuine(self, line: Settings, handed: Handed) -> bool:
        """The word that was given to ``setWebhook`` as ``secret_token`` comes back in a header."""
        return rules.same(line.word, handed.headers.get("x-telegram-bot-api-secret-token", ""))

    def read(self, line: Settings, raw: bytes) -> list[Said | Told]:
        """One update; edits are said as such, what asks for nothing is left out."""
        found = as_object(raw)
        if not word(found, "update_id"):
            raise Unreadable("field_missing", "update_id")
        edited = inner(found, "edited_message")
        one = inner(found, "message") or edited
        sender, chat, number = inner(one, "from"), word(one, "chat", "id"), word(one, "message_id")
        if not chat or not number or sender.get("is_bot") is True or any(name in one for name in _SILENT):
            return []
        text, what, media = word(one, "text") or word(one, "caption"), "edited" if edited else "", _media(one)
        if text.strip() in ("/start", f"/start@{line.ref}"):
            return []
        if not text and not media:
            what, text = _else(one)
        name = " ".join(part for part in (word(sender, "first_name"), word(sender, "last_name")) if part)
        ref = f"{chat}:{number}" + (f":{word(one, 'edit_date')}" if edited else "")
        return [Said(ref, chat, text, name or word(sender, "username"), what=what, media=media)]

    def fetch(self, line: Settings, media: Media) -> File:
        """Ask where the file lies; bots get files of at most 20 MB."""
        found = call(_method(line, "getFile"), data={"file_id": media.ref}).data()
        where = word(found, "result", "file_path")
        return fetched(f"{_base(line)}/file/bot{line.token}/{where}", media)

    def send(self, line: Settings, handle: str, text: str, *, key: str) -> str:
        """A text without marks: what an agent typed is shown as typed."""
        return _name_of(handle, call(_method(line, "sendMessage"), data={"chat_id": handle, "text": text}).data())

    def send_file(self, line: Settings, handle: str, file: File, *, key: str) -> str:
        """Any file, as a document."""
        boundary = uuid4().hex
        body = form_with(boundary, {"chat_id": handle}, file, part="document")
        kind = f"multipart/form-data; boundary={boundary}"
        return _name_of(handle, call(_method(line, "sendDocument"), body=body, content_type=kind).data())

    def test(self, line: Settings) -> str:
        """The bot's name, and what Telegram says of our address."""
        me = call(_method(line, "getMe")).data()
        hook = inner(call(_method(line, "getWebhookInfo")).data(), "result")
        told = [f"@{word(me, 'result', 'username')}", word(hook, "url"), word(hook, "last_error_message")]
        return " · ".join(part for part in told if part)


def _base(line: Settings) -> str:
    return (line.base_url or API).rstrip("/")


def _method(line: Settings, name: str) -> str:
    return f"{_base(line)}/bot{line.token}/{name}"


def _name_of(handle: str, answer: dict[str, Any]) -> str:
    return f"{handle}:{word(answer, 'result', 'message_id')}"


def _media(one: dict[str, Any]) -> tuple[Media, ...]:
    """The largest size of a picture, or the file."""
    if sizes := several(one, "photo"):
        return (Media(word(sizes[-1], "file_id"), f"photo-{word(one, 'message_id')}.jpg", "image/jpeg"),)
    for kind in _FILES:
        if part := inner(one, kind):
            ending = {"voice": ".ogg", "video_note": ".mp4"}.get(kind, "")
            name = word(part, "file_name") or f"{kind}-{word(one, 'message_id')}{ending}"
            return (Media(word(part, "file_id"), name, word(part, "mime_type")),)
    return ()


def _else(one: dict[str, Any]) -> tuple[str, str]:
    """What is neither words nor a file."""
    if sticker := inner(one, "sticker"):
        return "sticker", word(sticker, "emoji")
    if place := inner(one, "location"):
        return "location", f"{word(place, 'latitude')}, {word(place, 'longitude')}"
    if contact := inner(one, "contact"):
        return "contacts", f"{word(contact, 'first_name')} {word(contact, 'phone_number')}".strip()
    return "unknown", ""
