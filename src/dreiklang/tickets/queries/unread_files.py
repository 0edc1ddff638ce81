"""Attachments whose words are not in the index yet."""

from __future__ import annotations

from django.db.models import Exists, Max, Min, OuterRef

from dreiklang.tickets.models import Attachment, AttachmentText

#: A transaction that began earlier may bring an attachment with a smaller key: so far is looked back.
LOOKED_BACK = 2_000


def unread_attachments(limit: int) -> list[Attachment]:
    """The newest first; when these are done, the older ones, so that a desk that was there before catches up."""
    seen = AttachmentText.objects.aggregate(newest=Max("attachment_id"), oldest=Min("attachment_id"))
    unread = Attachment.objects.filter(~Exists(AttachmentText.objects.filter(attachment=OuterRef("pk"))))
    unread = unread.select_related("file", "ticket").order_by("-pk")
    if seen["newest"] is None:
        return list(unread[:limit])
    found = list(unread.filter(pk__gt=seen["newest"] - LOOKED_BACK)[:limit])
    return found or list(unread.filter(pk__lt=seen["oldest"])[:limit])
