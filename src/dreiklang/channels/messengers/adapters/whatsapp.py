"""WhatsApp Business Cloud: Meta's Graph API (webhook fields ``messages``; ``/{phone-number-id}/messages``; media)."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import uuid4

from django.utils.translation import gettext as _

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
    form_with,
    inner,
    several,
    word,
)

GRAPH = "https://graph.facebook.com/v21.0"
#: Error codes of the Cloud API that mean: more than 24 hours since the other side's last words.
WINDOW_CLOSED = frozenset({"131047", "470"})
_FILES = ("image", "document", "audio", "video")


class WhatsApp(Adapter):
    """One phone number of a WhatsApp Business account."""

    kind: ClassVar[str] = "whatsapp"
    title: ClassVar[str] = "WhatsApp Business"
    takes_word: ClassVar[bool] = True
    needs: ClassVar[tuple[str, ...]] = ("ref", "token", "signing_secret")
    longest: ClassVar[int] = 4_096
    takes_files: ClassVar[bool] = True
    window_hours: ClassVar[int] = 24

    def is_genuine(self, line: Settings, handed: Handed) -> bool:
        """``X-Hub-Signature-256: sha256=…`` over the body, by the app secret."""
        given = handed.headers.get("x-hub-signature-256", "")
        wanted = "sha256=" + rules.hex_signature(line.signing_secret, handed.body) if line.signing_secret else ""
        return rules.same(wanted, given)

    def challenge(self, line: Settings, handed: Handed) -> str | None:
        """Meta asks once, by GET, whether the address is ours."""
        asked = handed.query
        if asked.get("hub.mode") != "subscribe" or not rules.same(line.word, asked.get("hub.verify_token", "")):
            return None
        return asked.get("hub.challenge", "")[:500]

    def read(self, line: Settings, raw: bytes) -> list[Said | Told]:
        """Messages and states of our number; one call may bear many, also of other numbers of the same account."""
        found = as_object(raw)
        if found.get("object") != "whatsapp_business_account":
            raise Unreadable("strange_object", word(found, "object")[:60])
        news: list[Said | Told] = []
        for entry in several(found, "entry"):
            for change in several(entry, "changes"):
                value = inner(change, "value")
                if word(value, "metadata", "phone_number_id") not in ("", line.ref):
                    continue
                names = {word(one, "wa_id"): word(one, "profile", "name") for one in several(value, "contacts")}
                news += [said for one in several(value, "messages") if (said := _said(one, names))]
                news += [_told(one) for one in several(value, "statuses") if word(one, "id")]
        return news

    def fetch(self, line: Settings, media: Media) -> File:
        """Ask for the file's address, which is good for five minutes and wants the token too."""
        where = call(f"{_base(line)}/{media.ref}", headers=_proof(line)).data()
        return fetched(word(where, "url"), media, headers=_proof(line))

    def send(self, line: Settings, handle: str, text: str, *, key: str) -> str:
        """A text; free words are taken only within 24 hours."""
        return self._sent(line, handle, {"type": "text", "text": {"preview_url": False, "body": text}})

    def send_file(self, line: Settings, handle: str, file: File, *, key: str) -> str:
        """The file is uploaded, then sent by its id: a picture as such, anything else as a document."""
        boundary = uuid4().hex
        form = form_with(boundary, {"messaging_product": "whatsapp", "type": file.type}, file)
        media = call(
            f"{_base(line)}/{line.ref}/media", headers=_proof(line), body=form,
            content_type=f"multipart/form-data; boundary={boundary}",
        ).data()  # fmt: skip
        if file.type in ("image/jpeg", "image/png"):
            return self._sent(line, handle, {"type": "image", "image": {"id": word(media, "id")}})
        document = {"id": word(media, "id"), "filename": file.name}
        return self._sent(line, handle, {"type": "document", "document": document})

    def test(self, line: Settings) -> str:
        """The number and name that this id has."""
        found = call(f"{_base(line)}/{line.ref}?fields=display_phone_number,verified_name", headers=_proof(line)).data()
        return f"{word(found, 'display_phone_number')} {word(found, 'verified_name')}".strip()

    def _sent(self, line: Settings, handle: str, what: dict[str, Any]) -> str:
        data = {"messaging_product": "whatsapp", "recipient_type": "individual", "to": handle.lstrip("+"), **what}
        answer = call(f"{_base(line)}/{line.ref}/messages", headers=_proof(line), data=data).data()
        sent = several(answer, "messages")
        if not sent or not word(sent[0], "id"):
            raise Refused(_("The service named no message."), code="strange_answer")
        return word(sent[0], "id")


def _base(line: Settings) -> str:
    return (line.base_url or GRAPH).rstrip("/")


def _proof(line: Settings) -> dict[str, str]:
    return {"Authorization": f"Bearer {line.token}"}


def _said(one: dict[str, Any], names: dict[str, str]) -> Said | None:
    """One message; None for what asks for nothing (a reaction, news of the service itself)."""
    sender, ref, kind = word(one, "from"), word(one, "id"), word(one, "type")
    if not sender or not ref or kind in ("reaction", "system"):
        return None
    text, what = word(one, "text", "body"), ""
    media: tuple[Media, ...] = ()
    if kind in _FILES:
        part = inner(one, kind)
        name = word(part, "filename") or f"{kind}-{word(part, 'id')[-8:]}{_ending(word(part, 'mime_type'))}"
        media, text = (Media(word(part, "id"), name, word(part, "mime_type").partition(";")[0]),), word(part, "caption")
    elif kind in ("button", "interactive"):
        answers = inner(one, "interactive")
        text = word(one, "button", "text") or word(answers, "button_reply", "title")
        text = text or word(answers, "list_reply", "title")
    elif kind == "location":
        place = inner(one, "location")
        what, text = "location", f"{word(place, 'latitude')}, {word(place, 'longitude')} {word(place, 'name')}".strip()
    elif kind != "text":
        what = kind if kind in ("sticker", "contacts") else "unknown"
    return Said(ref, f"+{sender}", text, names.get(sender, ""), number=f"+{sender}", what=what, media=media)


def _told(one: dict[str, Any]) -> Told:
    """A state of an answer of ours; ``errors`` says why it failed."""
    errors = several(one, "errors")
    code = word(errors[0], "code") if errors else ""
    why = word(errors[0], "error_data", "details") or word(errors[0], "title") if errors else ""
    problem = "window_closed" if code in WINDOW_CLOSED else f"{code} {why}".strip()
    return Told(word(one, "id"), word(one, "status"), problem[:300])


def _ending(kind: str) -> str:
    known = {"image/jpeg": ".jpg", "image/png": ".png", "audio/ogg": ".ogg", "video/mp4": ".mp4",
             "audio/mpeg": ".mp3", "audio/amr": ".amr", "audio/aac": ".aac", "video/3gpp": ".3gp"}  # fmt: skip
    return known.get(kind.partition(";")[0].strip(), "")
