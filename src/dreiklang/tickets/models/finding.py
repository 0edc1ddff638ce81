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
