"""Tables: why a ticket waits."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Pending(models.Model):
    """Why a ticket waits, for whom, and until when."""

    class Reason(models.TextChoices):
        REQUESTER = "requester", _("Waiting for the requester")
        VENDOR = "vendor", _("Waiting for a third party")
        DATE = "date", _("Put aside until a date")
        TASK = "task", _("Until a task is done")
        TICKET = "ticket", _("Until another ticket is solved")
        CHILDREN = "children", _("Until all children are solved")
        OTHER = "other", _("Waiting for something else")

    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="pendings")
    reason = models.CharField(max_length=20, choices=Reason.choices)
    note = models.CharField(max_length=300, blank=True)
    task = models.ForeignKey("tickets.Task", on_delete=models.SET_NULL, null=True, related_name="waiting")
    other = models.ForeignKey("tickets.Ticket", on_delete=models.SET_NULL, null=True, related_name="waiting")
    since_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket"], condition=Q(ended_at=None), name="one_open_pending")]
