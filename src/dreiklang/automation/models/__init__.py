"""Tables: rules, their former versions, and what each did for one occasion."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class Rule(models.Model):
    """When, if, then. ``position`` is the order in which rules of one occasion run."""

    name = models.CharField(max_length=120)
    position = models.IntegerField(default=0)
    is_active = models.BooleanField(default=False)
    when = models.CharField(max_length=20, help_text="an occasion")
    idle_hours = models.SmallIntegerField(default=24, help_text="for idle: hours without a change")
    at_time = models.TimeField(null=True, help_text="for time: when in the day")
    weekdays = ArrayField(models.SmallIntegerField(), default=list, blank=True, help_text="for time; empty: every day")
    conditions = models.TextField(blank=True, help_text="in the words of the search; empty: every ticket")
    deeds = models.JSONField(default=list, help_text="[{deed, value, text, text_en}], in their order")
    rights = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    stops = models.BooleanField(default=False, help_text="no later rule of the same occasion runs after it")
    ready_key = models.CharField(max_length=40, blank=True, help_text="the ready rule it was taken from")
    problem = models.CharField(max_length=500, blank=True, help_text="what hindered it last")
    last_day = models.DateField(null=True, help_text="for time: the last day it ran")
    version = models.IntegerField(default=1)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="rule_has_a_name"),
            models.CheckConstraint(condition=Q(idle_hours__range=(1, 2000)), name="rule_idle_hours"),
        ]
        indexes = [models.Index(fields=["when", "position"], condition=Q(is_active=True), name="rule_in_force")]

    def __str__(self) -> str:
        return self.name


class RuleVersion(models.Model):
    """A rule as it was written by somebody at a moment."""

    rule = models.ForeignKey(Rule, on_delete=models.CASCADE, related_name="versions")
    version = models.IntegerField()
    document = models.JSONField()
    by = models.ForeignKey("organizations.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rule", "version"], name="rule_version_once")]


class Run(models.Model):
    """A rule acted, or was stopped, on a ticket for one occasion: once, however often the occasion is told (P09)."""

    class Outcome(models.TextChoices):
        ACTED = "acted"
        FAILED = "failed"
        STOPPED = "stopped"

    rule = models.ForeignKey(Rule, on_delete=models.CASCADE, related_name="runs")
    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="+")
    occasion = models.CharField(max_length=60, help_text="line:4711, idle:version, time:day")
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    chain = ArrayField(models.BigIntegerField(), default=list, help_text="rules that set it off, the first one first")
    first_line_id = models.BigIntegerField(help_text="what it did stands after this line")
    version_after = models.IntegerField(help_text="of the ticket, when it was done")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rule", "ticket", "occasion"], name="run_once")]
        indexes = [models.Index(fields=["ticket", "at"], name="run_of_ticket")]
