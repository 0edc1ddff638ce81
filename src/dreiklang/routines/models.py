"""Tables: text blocks, macros, runbooks with their steps, and which steps were ticked on which ticket."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Shared(models.Model):
    """Whose it is: a person's, a team's, or everybody's at the desk (neither)."""

    name = models.CharField(max_length=100)
    owner = models.ForeignKey("organizations.Person", on_delete=models.CASCADE, null=True, related_name="+")
    team = models.ForeignKey("teams.Team", on_delete=models.CASCADE, null=True, related_name="+")
    author = models.ForeignKey("organizations.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    is_active = models.BooleanField(default=True)
    version = models.IntegerField(default=1)

    class Meta:
        abstract = True
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class TextBlock(Shared):
    """A piece of text with placeholders, in each language people ask in."""

    shortcut = models.CharField(max_length=30, blank=True, help_text="typed after ::")
    words = models.JSONField(default=dict, help_text="language → text")

    class Meta(Shared.Meta):
        constraints = [
            models.CheckConstraint(condition=Q(owner=None) | Q(team=None), name="text_block_of_one"),
        ]
        indexes = [models.Index(fields=["team", "name"], name="text_block_of_team")]


class Macro(Shared):
    """Several deeds on a ticket as one. What is empty is not done."""

    class Words(models.TextChoices):
        NONE = "", _("nothing is written")
        MESSAGE = "message", _("an answer")
        NOTE = "note", _("an internal note")

    class State(models.TextChoices):
        NONE = "", _("stays as it is")
        WAIT = "wait", _("waits for the requester")
        RESOLVE = "resolve", _("solved, with the answer as the solution")

    class Holder(models.TextChoices):
        NONE = "", _("nobody else")
        ME = "me", _("whoever runs it")
        TEAM = "team", _("the team as a whole")

    key = models.CharField(max_length=1, blank=True, help_text="pressed in the list of macros")
    words = models.JSONField(default=dict, help_text="language → text")
    words_as = models.CharField(max_length=10, choices=Words.choices, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, blank=True)
    assign_to = models.CharField(max_length=10, choices=Holder.choices, blank=True)
    category = models.ForeignKey("tickets.Category", on_delete=models.SET_NULL, null=True, related_name="+")
    impact = models.SmallIntegerField(null=True)
    urgency = models.SmallIntegerField(null=True)
    tags = ArrayField(models.CharField(max_length=60), default=list)
    handover = models.JSONField(default=dict, help_text="part of the case → text, for the draft of a handover")
    goes_on = models.BooleanField(default=False, help_text="then the next ticket of the list")

    class Meta(Shared.Meta):
        constraints = [
            models.CheckConstraint(condition=Q(owner=None) | Q(team=None), name="macro_of_one"),
            models.CheckConstraint(
                condition=~Q(state="resolve") | Q(words_as="message"), name="macro_solves_with_words"
            ),
        ]
        indexes = [models.Index(fields=["team", "name"], name="macro_of_team")]


class Runbook(Shared):
    """Steps to go through for tickets of some categories."""

    categories = models.ManyToManyField("tickets.Category", related_name="+", blank=True)
    hint = models.CharField(max_length=300, blank=True)

    class Meta(Shared.Meta):
        constraints = [models.CheckConstraint(condition=Q(owner=None) | Q(team=None), name="runbook_of_one")]
        indexes = [models.Index(fields=["team", "name"], name="runbook_of_team")]


class RunbookStep(models.Model):
    """One step. A step that was ticked anywhere is never deleted, only left out."""

    runbook = models.ForeignKey(Runbook, on_delete=models.CASCADE, related_name="steps")
    text = models.CharField(max_length=500)
    position = models.IntegerField(default=0)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["position", "id"]


class RunbookTick(models.Model):
    """A step done on a ticket, with the intervention it became; ``undone_at`` if it was taken back."""

    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="+")
    step = models.ForeignKey(RunbookStep, on_delete=models.PROTECT, related_name="ticks")
    intervention = models.ForeignKey("tickets.Intervention", on_delete=models.CASCADE, related_name="+")
    ticked_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket", "step"], condition=Q(undone_at=None), name="step_ticked_once")
        ]
