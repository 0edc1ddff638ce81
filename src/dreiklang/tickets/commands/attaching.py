"""Files that come with words: checked, stored, recorded. Part of the commands that write the words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from dreiklang.kernel import files
from dreiklang.kernel.errors import Invalid
from dreiklang.kernel.file_kinds import safe_name, true_type
from dreiklang.tickets.models import Attachment, Correspondence, Message, Note, Ticket

LARGEST = 25 * 1024 * 1024
MOST = 100


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
