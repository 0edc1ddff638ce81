"""Matrix: the client-server API (v1.11) of any homeserver, asked by ``/sync``; a room is a talk."""

from __future__ import annotations

import json
from typing import Any, ClassVar
from urllib.parse import quote, urlencode

from dreiklang.channels.messengers.adapters.interface import (
    PATIENCE,
    Adapter,
    File,
    Handed,
    Media,
    Refused,
    Said,
    Settings,
    Told,
    as_object,
    call,
    fetched,
    inner,
    judged,
    several,
    word,
)
from dreiklang.kernel.outgoing import ask

_FILES = ("m.image", "m.file", "m.audio", "m.video")
#: Events of one room in one answer; what is beyond them in a single round of seconds is not told again.
MOST_EVENTS = 500
#: Bytes of one answer: events have at most 64 KiB each.
LARGEST_SYNC = 40_000_000


def _filter(events: int) -> str:
    """Words in rooms and invitations; no presence, no typing, no state."""
    nothing: dict[str, Any] = {"types": []}
    timeline = {"limit": events, "types": ["m.room.message", "m.room.encrypted", "m.sticker"]}
    room = {"timeline": timeline, "ephemeral": nothing, "account_data": nothing, "state": nothing}
    return json.dumps({"presence": nothing, "account_data": nothing, "room": room}, separators=(",", ":"))


class Matrix(Adapter):
    """One user of a homeserver, who follows every invitation."""

    kind: ClassVar[str] = "matrix"
    title: ClassVar[str] = "Matrix"
    needs: ClassVar[tuple[str, ...]] = ("base_url", "token", "ref")
    longest: ClassVar[int] = 30_000
    takes_files: ClassVar[bool] = True
    polls: ClassVar[bool] = True

    def is_genuine(self, line: Settings, handed: Handed) -> bool:
        """Nobody calls for Matrix: the desk asks."""
        return False

    def poll(self, line: Settings, cursor: str) -> tuple[bytes, str]:
        """News since the last ``next_batch``; the first time only where we stand, so that old words open nothing."""
        asked = {
            "timeout": "0",
            "filter": _filter(MOST_EVENTS if cursor else 1),
            **({"since": cursor} if cursor else {}),
        }
        where = f"{_base(line)}/_matrix/client/v3/sync?{urlencode(asked)}"
        reply = judged(ask(where, headers=_proof(line), timeout=PATIENCE, first=LARGEST_SYNC))
        found = reply.data()
        for room in inner(found, "rooms", "invite"):
            call(f"{_base(line)}/_matrix/client/v3/join/{quote(room, safe='')}", headers=_proof(line), data={})
        is_news = bool(cursor) and bool(inner(found, "rooms", "join"))
        return (reply.body if is_news else b""), word(found, "next_batch")

    def read(self, line: Settings, raw: bytes) -> list[Said | Told]:
        """The messages of others in all rooms."""
        said: list[Said | Told] = []
        for room, about in inner(as_object(raw), "rooms", "join").items():
            events = several(inner(about, "timeline"), "events")
            said += [found for one in events if (found := _said(line, room, one))]
        return said

    def fetch(self, line: Settings, media: Media) -> File:
        """Media want the token since Matrix 1.11."""
        server, _slash, name = media.ref.removeprefix("mxc://").partition("/")
        if not media.ref.startswith("mxc://") or not name:
            raise Refused(code="no_files")
        where = f"{_base(line)}/_matrix/client/v1/media/download/{quote(server, safe='')}/{quote(name, safe='')}"
        return fetched(where, media, headers=_proof(line))

    def send(self, line: Settings, handle: str, text: str, *, key: str) -> str:
        """A text; the transaction id makes that sent twice it is one."""
        return _put(line, handle, key, {"msgtype": "m.text", "body": text})

    def send_file(self, line: Settings, handle: str, file: File, *, key: str) -> str:
        """The file is uploaded, then sent by its address."""
        where = f"{_base(line)}/_matrix/media/v3/upload?{urlencode({'filename': file.name})}"
        kind = file.type or "application/octet-stream"
        kept = call(where, headers=_proof(line), body=file.content, content_type=kind).data()
        kind_of = "m.image" if file.type.startswith("image/") else "m.file"
        about = {"mimetype": file.type, "size": len(file.content)}
        return _put(
            line, handle, key, {"msgtype": kind_of, "body": file.name, "url": word(kept, "content_uri"), "info": about}
        )

    def test(self, line: Settings) -> str:
        """The user of the token."""
        return word(call(f"{_base(line)}/_matrix/client/v3/account/whoami", headers=_proof(line)).data(), "user_id")


def _base(line: Settings) -> str:
    return line.base_url.rstrip("/")


def _proof(line: Settings) -> dict[str, str]:
    return {"Authorization": f"Bearer {line.token}"}


def _put(line: Settings, room: str, key: str, content: dict[str, Any]) -> str:
    where = f"{_base(line)}/_matrix/client/v3/rooms/{quote(room, safe='')}/send/m.room.message/{quote(key, safe='')}"
    return word(call(where, method="PUT", headers=_proof(line), data=content).data(), "event_id")


def _said(line: Settings, room: str, one: dict[str, Any]) -> Said | None:
    """One event of somebody else; notices (of other bots) and corrections of older words open nothing."""
    sender, ref, kind = word(one, "sender"), word(one, "event_id"), word(one, "type")
    content = inner(one, "content")
    if not sender or not ref or sender == line.ref or word(content, "msgtype") == "m.notice":
        return None
    name = sender.partition(":")[0].lstrip("@")
    if kind == "m.room.encrypted":
        return Said(ref, room, "", name, what="encrypted")
    if kind == "m.sticker":
        return Said(ref, room, word(content, "body"), name, what="sticker")
    if kind != "m.room.message":
        return None
    if word(content, "m.relates_to", "rel_type") == "m.replace":
        return Said(ref, room, word(content, "m.new_content", "body"), name, what="edited")
    body, what = word(content, "body"), word(content, "msgtype")
    if what in _FILES:
        media = Media(word(content, "url"), word(content, "filename") or body, word(content, "info", "mimetype"))
        return Said(ref, room, body if word(content, "filename") not in ("", body) else "", name, media=(media,))
    if what == "m.location":
        return Said(ref, room, word(content, "geo_uri") or body, name, what="location")
    return Said(ref, room, body, name, what="" if body.strip() else "unknown")
