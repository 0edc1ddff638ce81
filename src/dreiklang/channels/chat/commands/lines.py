"""A line is written: numbered under the chat's lock, once for each name its sender gave it, and into the ticket."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from dreiklang.channels.chat.events import ChatSaid
from dreiklang.channels.chat.models import Chat, ChatFile, Line
from dreiklang.kernel import clock, files
from dreiklang.kernel.errors import Invalid, NotFound
from dreiklang.kernel.file_kinds import safe_name, true_type
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, system
from dreiklang.tickets.commands.attaching import Upload
from dreiklang.tickets.commands.conversation import receive_message
from dreiklang.tickets.commands.opening import open_ticket
from dreiklang.tickets.models import Ticket

LONGEST = 4_000
LARGEST_FILE = 10 * 1024 * 1024
MOST_FILES = 5
#: Files that a desk has no use for in a chat and that harm whoever opens them; mail is where the gate looks at them.
REFUSED = frozenset({
    "exe", "com", "scr", "bat", "cmd", "ps1", "vbs", "vbe", "js", "jse", "wsf", "wsh", "msi", "msp", "hta",
    "cpl", "jar", "lnk", "reg", "dll", "sys", "pif", "app", "dmg", "apk", "iso", "img",
})  # fmt: skip

DOOR = system("chat")


def locked(chat: Chat) -> Chat:
    """The chat's row, locked: lines of one chat are numbered one after the other."""
    rows = Chat.objects.select_for_update(of=("self",)).select_related("person", "agent", "widget", "ticket", "team")
    found = rows.filter(pk=chat.pk).first()
    if found is None:
        raise NotFound(code="no_chat")
    return found


def checked(text: str, uploads: Sequence[Upload] = ()) -> str:
    """The words as they are kept. Raises Invalid with a sentence for what cannot be; nothing is cut off silently."""
    text = text.replace("\x00", "").replace("\r\n", "\n").strip()
    if not text and not uploads:
        raise Invalid({"text": [_("There is nothing written yet.")]})
    if len(text) > LONGEST:
        too_long = _("At most 4,000 characters in one message. Please shorten it, or send it as a file.")
        raise Invalid({"text": [too_long]}, code="too_long")
    if len(uploads) > MOST_FILES:
        raise Invalid({"files": [_("At most five files at once.")]})
    for upload in uploads:
        name = safe_name(upload.filename)
        if len(upload.content) > LARGEST_FILE:
            raise Invalid({"files": [_("“%(name)s” is larger than 10 MB.") % {"name": name}]}, code="too_large")
        if name.rpartition(".")[2].lower() in REFUSED or upload.content.startswith(b"MZ"):
            raise Invalid({"files": [_("“%(name)s” is a program; such files are not taken here.") % {"name": name}]},
                          code="refused_kind")  # fmt: skip
    return text


def sent_before(chat: Chat, side: str, client_id: str | None) -> Line | None:
    """The line that its sender named so already."""
    return chat.lines.filter(side=side, client_id=client_id).first() if client_id else None


def write_line(
    chat: Chat, *, side: str, text: str = "", code: str = "", author_id: int | None = None, author_name: str = "",
    client_id: str | None = None, uploads: Sequence[Upload] = (), actor: Actor,
) -> Line:  # fmt: skip
    """Write the next line of a locked chat and tell of it."""
    chat.last_seq += 1
    line = Line.objects.create(
        chat=chat, seq=chat.last_seq, side=side, code=code, text=text, author_id=author_id,
        author_name=author_name[:200], client_id=client_id[:40] if client_id else None, said_at=clock.now(),
    )  # fmt: skip
    ChatFile.objects.bulk_create(
        ChatFile(
            line=line, file=files.store(upload.content), filename=safe_name(upload.filename),
            content_type=true_type(upload.content_type, upload.content),
        )
        for upload in uploads
    )  # fmt: skip
    chat.save(update_fields=["last_seq"])
    publish(ChatSaid(subject_id=chat.pk, seq=line.seq, side=side), actor=actor)
    return line


def into_ticket(chat: Chat, line: Line, ticket: Ticket, *, is_fresh: bool = False) -> None:
    """A visitor's line becomes words of the ticket. Whoever is not proven stays without a person (P25)."""
    receive_message(
        ticket, actor=DOOR, author=chat.person, text=line.text, channel="chat", author_name=chat.visitor,
        author_address="" if chat.person else chat.address, is_sender_proven=chat.is_proven,
        attachments=_uploads_of(line), said_at=line.said_at, is_fresh=is_fresh,
    )  # fmt: skip


def open_ticket_for(chat: Chat, *, actor: Actor) -> Ticket:
    """The chat becomes a ticket of the team it is with: what the visitor said until now are its first words."""
    said = list(chat.lines.filter(side=Line.Side.VISITOR).prefetch_related("files__file"))
    first = next((line.text for line in said if line.text), "") or _("Chat on %(page)s") % {"page": chat.widget.name}
    ticket = open_ticket(
        chat.person or chat.widget.person, actor=actor, subject=first, channel="chat", category=chat.widget.category,
        team=chat.team, language=chat.language, is_said_at_once=True,
    )  # fmt: skip
    for number, line in enumerate(said):
        into_ticket(chat, line, ticket, is_fresh=number == 0)
    chat.ticket = ticket
    return ticket


def _uploads_of(line: Line) -> list[Upload]:
    return [Upload(one.filename, one.content_type, files.read(one.file.sha256)) for one in line.files.all()]
