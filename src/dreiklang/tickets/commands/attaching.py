"""Files that come with words: checked, stored, recorded. Part of the commands that write the words."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from dreiklang.kernel import files
from dreiklang.kernel.errors import Invalid
from dreiklang.tickets.models import Attachment, Correspondence, Message, Note, Ticket

LARGEST = 25 * 1024 * 1024
MOST = 100

#: Types a browser may show inside a page; everything else is offered for saving only (P33).
SHOWN_INLINE = {
    "image/png": b"\x89PNG",
    "image/jpeg": b"\xff\xd8\xff",
    "image/gif": b"GIF8",
    "image/webp": b"RIFF",
}


@dataclass(frozen=True)
class Upload:
    """A file on its way in, as a form, the API or a mail hands it over."""

    filename: str
    content_type: str
    content: bytes
    is_inline: bool = False
    content_id: str = ""


def attach(words: Message | Note | Correspondence, uploads: Sequence[Upload], *, ticket: Ticket) -> None:
    """Store files and tie them to the words they came with. Raises Invalid if one is too large."""
    if not uploads:
        return
    if len(uploads) > MOST:
        raise Invalid({"attachments": [_("More than %(most)s files at once.") % {"most": MOST}]})
    for upload in uploads:
        if len(upload.content) > LARGEST:
            raise Invalid(
                {"attachments": [_("“%(name)s” is larger than 25 MB.") % {"name": safe_name(upload.filename)}]}
            )
    owner = {type(words).__name__.lower(): words}
    Attachment.objects.bulk_create(
        Attachment(
            ticket=ticket,
            file=files.store(upload.content),
            filename=safe_name(upload.filename),
            content_type=true_type(upload.content_type, upload.content),
            is_inline=upload.is_inline,
            content_id=upload.content_id[:255],
            **owner,
        )
        for upload in uploads
    )


def safe_name(name: str) -> str:
    """A file name to show and to save under: no path, no control, bidi or zero-width characters (P33)."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(c for c in name if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp"))
    kept = kept.strip(" .") or "file"
    if len(kept) > 200:
        stem, dot, ending = kept.rpartition(".")
        kept = f"{stem[: 199 - len(ending)]}.{ending}" if dot and len(ending) < 20 else kept[:200]
    return kept


def true_type(claimed: str, content: bytes) -> str:
    """The content type to keep: a picture only if its first bytes say so, nothing active ever under its own name."""
    claimed = claimed.lower().split(";")[0].strip()[:127]
    if claimed in SHOWN_INLINE and not content.startswith(SHOWN_INLINE[claimed]):
        return "application/octet-stream"
    if "/" not in claimed or any(c.isspace() for c in claimed):
        return "application/octet-stream"
    return claimed
