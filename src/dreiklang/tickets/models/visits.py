"""Tables: visits and appointments, what the requester was told of them, and a technician's own calendar."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class Visit(models.Model):
    """Somebody goes somewhere, or meets somebody, because of a ticket."""

    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="visits")
    uid = models.CharField(max_length=64, unique=True, help_text="random; the same in every version of the invitation")
    sequence = models.IntegerField(default=0)
    purpose = models.CharField(max_length=200, help_text="what for, as the requester reads it")
    place = models.CharField(max_length=200, blank=True)
    tools = models.CharField(max_length=300, blank=True, help_text="what to bring; inside only")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    person = models.ForeignKey("organizations.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    author = models.ForeignKey("organizations.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    planned_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["starts_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="visit_ends_after_it_begins")
        ]
        indexes = [
            models.Index(fields=["ticket", "starts_at"], name="visit_of_ticket"),
            models.Index(fields=["person", "starts_at"], name="visit_of_person"),
        ]


class Invitation(models.Model):
    """What a message told the requester of a visit, as it was then: so it leaves, however late."""

    message = models.OneToOneField("tickets.Message", on_delete=models.CASCADE, related_name="invitation")
    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="invitations")
    sequence = models.IntegerField()
    is_cancelling = models.BooleanField(default=False)
    summary = models.CharField(max_length=300)
    place = models.CharField(max_length=200, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()


class CalendarFeed(models.Model):
    """The address at which somebody's own calendar reads their visits. Only its digest is kept (P26)."""

    person = models.OneToOneField("organizations.Person", on_delete=models.CASCADE, related_name="+")
    digest = models.BinaryField(unique=True)
    made_at = models.DateTimeField()
