"""Tables: what tickets are found by."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models


class TicketWords(models.Model):
    """What a ticket can be found by: words the outside may read, and words inside, kept apart (P28, P31)."""

    ticket = models.OneToOneField("tickets.Ticket", on_delete=models.CASCADE, primary_key=True, related_name="found_by")
    outside = SearchVectorField(null=True)
    inside = SearchVectorField(null=True)

    class Meta:
        indexes = [
            GinIndex(fields=["outside"], name="ticket_words_outside", fastupdate=True),
            GinIndex(fields=["inside"], name="ticket_words_inside", fastupdate=True),
        ]


class AttachmentText(models.Model):
    """That the words inside an attachment were looked for, and what came of it; the words are with the ticket's."""

    attachment = models.OneToOneField(
        "tickets.Attachment", on_delete=models.CASCADE, primary_key=True, related_name="text_read"
    )
    outcome = models.CharField(max_length=10, help_text="read, none, large, limits, broken, full, missing")
    read_at = models.DateTimeField()
