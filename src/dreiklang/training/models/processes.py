"""Who keeps what the first level works by, and what is proposed to change in it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dreiklang.training.lifecycle import ACCEPTED, DECLINED, DONE, OPEN, WITHDRAWN


class ProcessKind(models.TextChoices):
    """What the first level works by: each has its own place, where it is changed."""

    INFORMATION = "information", _("Required information")
    ROUTING = "routing", _("Routing")
    RUNBOOK = "runbook", _("Runbook")
    MACRO = "macro", _("Macro")


class Keeper(models.Model):
    """Who keeps one of them current."""

    kind = models.CharField(max_length=12, choices=ProcessKind.choices)
    subject_id = models.BigIntegerField(help_text="of the category, runbook or macro")
    person = models.ForeignKey("organizations.Person", on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "subject_id"], name="one_keeper")]


class Proposal(models.Model):
    """What somebody would change in one of them, and what became of that."""

    STATES = (
        (OPEN, _("Open")),
        (ACCEPTED, _("Accepted")),
        (DONE, _("Done")),
        (DECLINED, _("Declined")),
        (WITHDRAWN, _("Withdrawn")),
    )

    kind = models.CharField(max_length=12, choices=ProcessKind.choices)
    subject_id = models.BigIntegerField()
    subject_version = models.IntegerField(default=0, help_text="what it was made about")
    words = models.TextField()
    author = models.ForeignKey("organizations.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=STATES, default=OPEN)
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey("organizations.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state=OPEN) | Q(answered_at__isnull=False), name="proposal_answered")
        ]
        indexes = [
            models.Index(fields=["kind", "subject_id", "-id"], name="proposal_of_process"),
            models.Index(fields=["state", "-id"], name="proposal_by_state"),
        ]
