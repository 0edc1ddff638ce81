"""Tables: complaints with their owner and measures, and playbooks."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Complaint(models.Model):
    """What a complaint is about, and who answers for it: somebody outside the level complained about (B11)."""

    ticket = models.OneToOneField("tickets.Ticket", on_delete=models.CASCADE, related_name="complaint")
    about = models.ForeignKey("tickets.Ticket", on_delete=models.SET_NULL, null=True, related_name="complaints")
    about_level = models.SmallIntegerField()
    owner = models.ForeignKey("organizations.Person", on_delete=models.PROTECT, related_name="complaints")
    since_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(about_level__range=(1, 4)), name="complaint_about_a_level"),
            models.CheckConstraint(condition=~Q(about=models.F("ticket")), name="complaint_is_not_about_itself"),
        ]


class Measure(models.Model):
    """What a complaint changes: what, who sees to it, until when, and when it was done."""

    complaint = models.ForeignKey(Complaint, on_delete=models.CASCADE, related_name="measures")
    text = models.CharField(max_length=500)
    owner = models.ForeignKey("organizations.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    due_date = models.DateField(null=True)
    made_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]


class Playbook(models.Model):
    """What is to be done, in the desk's own words, when a ticket is of an occasion; else the usual words hold."""

    class Occasion(models.TextChoices):
        SECURITY = "security", _("Security incident")
        VIP = "vip", _("Person whose work decides for many (VIP)")
        COMPLAINT = "complaint", _("Complaint")

    occasion = models.CharField(max_length=20, choices=Occasion.choices, unique=True)
    texts = models.JSONField(default=dict, help_text="language → text")
    version = models.IntegerField(default=1)
