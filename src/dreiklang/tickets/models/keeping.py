"""Tables of what a person keeps to themselves: drafts with their pictures, and how far they have read."""

from __future__ import annotations

from django.db import models


class Draft(models.Model):
    """What somebody was typing: per person, ticket and place, so that log-out and crash lose nothing."""

    person = models.ForeignKey("organizations.Person", on_delete=models.CASCADE, related_name="+")
    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, null=True, related_name="+")
    place = models.CharField(max_length=30, help_text="message, note, correspondence, handover, new …")
    content = models.JSONField(default=dict)
    saved_at = models.DateTimeField()
    is_shared = models.BooleanField(default=False, help_text="colleagues may go on with it")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "ticket", "place"], name="draft_once", nulls_distinct=False)
        ]


class DraftPicture(models.Model):
    """A picture pasted into a draft: kept at once, so that it survives as the words do; goes when they are sent."""

    person = models.ForeignKey("organizations.Person", on_delete=models.CASCADE, related_name="+")
    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="+")
    place = models.CharField(max_length=30)
    file = models.ForeignKey("kernel.StoredFile", on_delete=models.PROTECT, related_name="+")
    filename = models.CharField(max_length=255)
    content_type = models.CharField(max_length=127)
    kept_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["person", "ticket", "place"], name="picture_of_draft")]


class ReadMark(models.Model):
    """Up to which moment somebody has read a ticket. For their own bold type only; shown to nobody else."""

    person = models.ForeignKey("organizations.Person", on_delete=models.CASCADE, related_name="+")
    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="+")
    read_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "ticket"], name="read_mark_once")]
        indexes = [models.Index(fields=["person", "-read_at"], name="read_mark_latest")]
