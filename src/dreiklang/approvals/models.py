"""Tables: approvals and the votes of those who were asked."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dreiklang.approvals import rules


class Approval(models.Model):
    """The question whether something may be done, on a ticket."""

    class State(models.TextChoices):
        OPEN = rules.OPEN, _("Not decided")
        GRANTED = rules.GRANTED, _("Granted")
        REFUSED = rules.REFUSED, _("Refused")
        WITHDRAWN = rules.WITHDRAWN, _("Withdrawn")

    class Needs(models.TextChoices):
        ALL = rules.ALL, _("All must agree")
        ONE = rules.ONE, _("One is enough")

    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="approvals")
    question = models.TextField(help_text="what is to be allowed; leaves the house, so nothing from notes")
    cost = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    needs = models.CharField(max_length=5, choices=Needs.choices, default=Needs.ALL)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    task = models.ForeignKey("tickets.Task", on_delete=models.SET_NULL, null=True, related_name="+")
    asked_by = models.ForeignKey("organizations.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(cost__isnull=True) | Q(cost__gte=0), name="approval_costs_something"),
            models.CheckConstraint(
                condition=Q(state="open", decided_at=None) | (~Q(state="open") & Q(decided_at__isnull=False)),
                name="approval_is_decided_at_a_moment",
            ),
        ]
        indexes = [models.Index(fields=["ticket", "id"], name="approval_of_ticket")]


class Vote(models.Model):
    """What one person says to an approval, or somebody for them while they are away."""

    class Answer(models.TextChoices):
        YES = rules.YES, _("Yes")
        NO = rules.NO, _("No")

    approval = models.ForeignKey(Approval, on_delete=models.CASCADE, related_name="votes")
    person = models.ForeignKey("organizations.Person", on_delete=models.PROTECT, related_name="votes")
    answer = models.CharField(max_length=5, choices=Answer.choices, blank=True)
    words = models.TextField(blank=True)
    voted_at = models.DateTimeField(null=True)
    voted_by = models.ForeignKey("organizations.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    reminded_at = models.DateTimeField(null=True)
    reminders = models.SmallIntegerField(default=0)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["approval", "person"], name="asked_once")]
        indexes = [models.Index(fields=["person"], condition=Q(answer=""), name="votes_open_of_person")]
