"""Tables: what was learned for each field, what was proposed for a ticket, and which functions are off."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class LearnedField(models.Model):
    """The model of a field with how good it was on tickets it had not learned from. One row a field, replaced."""

    field = models.CharField(max_length=20, unique=True)
    content = models.BinaryField(help_text="the packed model; empty: figures only")
    learned_at = models.DateTimeField()
    last_ticket_id = models.BigIntegerField(default=0, help_text="the newest ticket it was learned from")
    texts = models.IntegerField(default=0, help_text="solved tickets it was learned from")
    threshold = models.FloatField(null=True, help_text="of all classes together; null: sure of nothing")
    thresholds = models.JSONField(default=dict, help_text="class → from which probability on; null: silent")
    figures = models.JSONField(default=dict)


class Proposal(models.Model):
    """A value that was proposed for a field of a ticket, and what a person decided."""

    class Decision(models.TextChoices):
        OPEN = "", _("open")
        TAKEN = "taken", _("taken over")
        DISMISSED = "dismissed", _("dismissed")

    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="proposals")
    field = models.CharField(max_length=20)
    value = models.CharField(max_length=60)
    probability = models.FloatField()
    is_guess = models.BooleanField(default=False, help_text="known by names alone; the probability says nothing yet")
    words = models.JSONField(default=list, help_text="words of the ticket that spoke for it")
    proposed_at = models.DateTimeField()
    decision = models.CharField(max_length=10, choices=Decision.choices, blank=True, default="")
    former = models.JSONField(default=dict, help_text="what the ticket said before it was taken over")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket", "field"], name="proposal_once_a_field"),
            models.CheckConstraint(condition=Q(probability__range=(0, 1)), name="proposal_probability"),
            models.CheckConstraint(
                condition=Q(decision="", decided_at=None) | (~Q(decision="") & Q(decided_at__isnull=False)),
                name="proposal_decided_at_a_moment",
            ),
        ]
        indexes = [
            models.Index(fields=["field", "value"], condition=~Q(decision=""), name="proposal_decided"),
        ]


class OffFunction(models.Model):
    """A function that an administrator switched off."""

    key = models.CharField(max_length=20, unique=True)


class LanguageModel(models.Model):
    """The one endpoint that may be asked, and for what. Without a function nothing is ever sent."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    url = models.CharField(max_length=500, help_text="up to /v1, as OpenAI's own begins")
    model = models.CharField(max_length=200)
    secret = models.TextField(blank=True, help_text="the key, encrypted")
    functions = ArrayField(models.CharField(max_length=20), default=list)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_language_model")]


class MachineText(models.Model):
    """A text that a language model was asked for: machine-made until a person takes it over."""

    class State(models.TextChoices):
        WAITING = "waiting", _("being written")
        READY = "ready", _("machine-made")
        FAILED = "failed", _("failed")
        TAKEN = "taken", _("taken over by a person")
        DISCARDED = "discarded", _("discarded")

    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="machine_texts")
    task = models.CharField(max_length=20)
    language = models.CharField(max_length=5)
    asked_by = models.ForeignKey("organizations.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    sent = models.JSONField(default=list, help_text="the messages as they left")
    persons = models.JSONField(default=dict, help_text="sign → name, put back into the answer")
    text = models.TextField(blank=True)
    problem = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    asked_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["ticket", "-id"], name="machine_text_of_ticket")]
        constraints = [
            models.UniqueConstraint(fields=["ticket", "task"], condition=Q(state="waiting"), name="machine_asked_once")
        ]
