"""Tables: what outages cost, and how long work takes the levels."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class OutageCost(models.Model):
    """What an outage cost, with its working, frozen when the ticket was resolved; a reopening ends the record."""

    ticket = models.OneToOneField("tickets.Ticket", on_delete=models.CASCADE, related_name="outage_cost")
    amount = models.DecimalField(max_digits=16, decimal_places=2)
    working = models.JSONField()
    frozen_at = models.DateTimeField()


class HandlingTime(models.Model):
    """How many minutes a ticket of a category takes one level, learned from the log: figures of levels, not persons."""

    category = models.ForeignKey("tickets.Category", on_delete=models.CASCADE, related_name="handling_times")
    level = models.SmallIntegerField()
    minutes = models.FloatField()
    tickets = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["category", "level"], name="handling_time_once"),
            models.CheckConstraint(condition=Q(minutes__gt=0), name="handling_time_takes_time"),
        ]
