"""Mattermost: outgoing webhooks inward (with their token), posts by its REST API (version 4) outward."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar
from urllib.parse import parse_qs
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
    word,
)


class Mattermost(Adapter):
    """One outgoing webhook and one bot of a server; each thread of a channel is a talk."""

    kind: ClassVar[str] = "mattermost"
    title: ClassVar[str] = "Mattermost"
    needs: ClassVar[tuple[str, ...]] = ("base_url", "token", "signing_secret")
    longest: ClassVar[int] = 4_000
    takes_files: ClassVar[bool] = True

    def is_genuine(self, line: Settings, handed: Handed) -> bool:
        """The webhook's token stands in what it sends; it signs nothing."""
        try:
            return rules.same(line.signing_secret, word(_fields(handed.body), "token"))
        except Unreadable:
            return False

    def read(self, line: Settings, raw: bytes) -> list[Said | Told]:
        """One post, as JSON or as a form."""
        found = _fields(raw)
        post, channel, user = word(found, "post_id"), word(found, "channel_id"), word(found, "user_name")
        for value, name in ((post, "post_id"), (channel, "channel_id")):
            if not value:
                raise Unreadable("field_missing", name)
        if line.ref and user == line.ref:
            return []
        text = word(found, "text").strip()
        trigger = word(found, "trigger_word")
        if trigger and text.startswith(trigger):
            text = text[len(trigger) :].strip()
        files = [one for one in word(found, "file_ids").split(",") if one.isalnum()]
        media = tuple(Media(one, f"file-{one[-8:]}") for one in files)
        root = word(found, "root_id") or post
        what = "" if text or media else "unknown"
        return [Said(post, f"{channel}:{root}", text, user, user=word(found, "user_id"), what=what, media=media)]

    def look_up(self, line: Settings, said: Said) -> Said:
        """Name and mail address of who speaks, as the server knows them."""
        if not said.user.isalnum():
            return said
        about = call(f"{_api(line)}/users/{said.user}", headers=_proof(line)).data()
        name = f"{word(about, 'first_name')} {word(about, 'last_name')}".strip()
        return replace(said, name=name or said.name, mail=word(about, "email"))

    def fetch(self, line: Settings, media: Media) -> File:
        """Ask for its name, then for itself."""
        about = call(f"{_api(line)}/files/{media.ref}/info", headers=_proof(line)).data()
        named = Media(media.ref, word(about, "name") or media.name, word(about, "mime_type"))
        return fetched(f"{_api(line)}/files/{media.ref}", named, headers=_proof(line))

    def send(self, line: Settings, handle: str, text: str, *, key: str) -> str:
        """An answer in its thread. ``pending_post_id``: posted twice it is one."""
        return self._posted(line, handle, key, message=text)

    def send_file(self, line: Settings, handle: str, file: File, *, key: str) -> str:
        """The file is uploaded to the channel, then posted in the thread."""
        boundary = uuid4().hex
        body = form_with(boundary, {"channel_id": handle.partition(":")[0]}, file, part="files")
        kind = f"multipart/form-data; boundary={boundary}"
        kept = call(f"{_api(line)}/files", headers=_proof(line), body=body, content_type=kind).data()
        rows = kept.get("file_infos")
        ids = [word(one, "id") for one in rows if isinstance(one, dict)] if isinstance(rows, list) else []
        return self._posted(line, handle, key, message="", file_ids=ids)

    def test(self, line: Settings) -> str:
        """The bot of the token."""
        return "@" + word(call(f"{_api(line)}/users/me", headers=_proof(line)).data(), "username")

    def _posted(self, line: Settings, handle: str, key: str, **what: Any) -> str:
        channel, _colon, root = handle.partition(":")
        data = {"channel_id": channel, "root_id": root, "pending_post_id": key, **what}
        return word(call(f"{_api(line)}/posts", headers=_proof(line), data=data).data(), "id")


def _api(line: Settings) -> str:
    return line.base_url.rstrip("/") + "/api/v4"


def _proof(line: Settings) -> dict[str, str]:
    return {"Authorization": f"Bearer {line.token}"}


def _fields(raw: bytes) -> dict[str, Any]:
    if raw.lstrip()[:1] == b"{":
        return as_object(raw)
    try:
        found = parse_qs(raw.decode(), max_num_fields=100)
    except (UnicodeDecodeError, ValueError) as wrong:
        raise Unreadable("not_text") from wrong
    return {name: values[0] for name, values in found.items()}
