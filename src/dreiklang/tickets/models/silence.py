"""Tables: what silence of a requester leads to, and the reminders that were sent."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from dreiklang.tickets.rules import silence


class SilencePlan(models.Model):
    """Reminders and closing for tickets that wait for their requester: of a customer, a category, or all."""

    customer = models.ForeignKey("organizations.Organization", on_delete=models.CASCADE, null=True, related_name="+")
    category = models.ForeignKey("tickets.Category", on_delete=models.CASCADE, null=True, related_name="+")
    is_active = models.BooleanField(default=True)
    remind_after = models.SmallIntegerField(default=3, help_text="working days of silence before each reminder")
    times = models.SmallIntegerField(default=2, help_text="reminders")
    close_after = models.SmallIntegerField(null=True, help_text="working days after the last one; null: never")
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "category"], nulls_distinct=False, name="one_silence_plan"),
            models.CheckConstraint(
                condition=Q(remind_after__range=(1, silence.MOST_DAYS))
                & Q(times__range=(1, silence.MOST_REMINDERS))
                & (Q(close_after=None) | Q(close_after__range=(1, silence.MOST_DAYS))),
                name="silence_plan_values",
            ),
        ]

    def as_rules(self) -> silence.Silence:
        """The plan as a plain value."""
        return silence.Silence(self.remind_after, self.times, self.close_after)


class Reminder(models.Model):
    """One reminder of a question that was not answered, and the closing it announced."""

    pending = models.ForeignKey("tickets.Pending", on_delete=models.CASCADE, related_name="reminders")
    number = models.SmallIntegerField()
    decided_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, help_text="when a mail server took it; without, nothing closes")
    closes_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["pending", "number"], name="reminder_once")]
        indexes = [
            models.Index(fields=["closes_at"], condition=Q(closes_at__isnull=False), name="reminder_closing"),
        ]
