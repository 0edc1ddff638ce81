"""Tables: what a vendor was asked, and when an answer is due by the underpinning contract."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class VendorWait(models.Model):
    """A vendor was asked about a ticket, and owes an answer until it comes: the vendor's own clock.

    ``due_at`` is None where no underpinning contract holds. ``ended_at``: answered, or nothing is owed any more;
    ``was_answered`` tells which. ``reminded``: how many rungs of the chase ladder were told; ``next_reminder_at``: the
    next one. Derived from the journal, but for these two and the vendor's case number.
    """

    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="vendor_waits")
    organization = models.ForeignKey("organizations.Organization", on_delete=models.CASCADE, related_name="+")
    version = models.ForeignKey("sla.AgreementVersion", on_delete=models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    was_answered = models.BooleanField(default=False)
    reminded = models.SmallIntegerField(default=0)
    next_reminder_at = models.DateTimeField(null=True)
    reference = models.CharField(max_length=100, blank=True, help_text="their case number")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket", "organization", "asked_at"], name="asked_once_at_a_time")
        ]
        indexes = [
            models.Index(
                fields=["next_reminder_at"], condition=Q(next_reminder_at__isnull=False), name="vendor_next_reminder"
            )
        ]
