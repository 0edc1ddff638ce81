"""Tables: clocks, and what was recorded and told of each."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Clock(models.Model):
    """One promise on one ticket, as computed from the journal up to ``measured_at``.

    ``level`` is 0 for the customer's promise, else the level whose share it is. ``used_seconds`` and
    ``paused_seconds`` are working time until ``measured_at``. ``due_at`` of a paused clock is as if it went on at once.
    ``warns_at``: when most of it is, or was, used. ``next_stage_at``: the next moment at which something is to be told.
    """

    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="clocks")
    version = models.ForeignKey("sla.AgreementVersion", on_delete=models.PROTECT, related_name="clocks")
    metric = models.CharField(max_length=20)
    level = models.SmallIntegerField(default=0)
    round = models.SmallIntegerField(default=1)
    state = models.CharField(max_length=10)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    target_seconds = models.FloatField()
    used_seconds = models.FloatField(default=0)
    paused_seconds = models.FloatField(default=0)
    met_at = models.DateTimeField(null=True)
    warns_at = models.DateTimeField(null=True)
    breached_at = models.DateTimeField(null=True)
    charged_level = models.SmallIntegerField(null=True)
    charged_team = models.ForeignKey("teams.Team", on_delete=models.SET_NULL, null=True, related_name="+")
    next_stage_at = models.DateTimeField(null=True)
    measured_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket", "metric", "level", "round"], name="one_clock"),
            models.CheckConstraint(
                condition=Q(state__in=["running", "paused", "met", "breached", "void"]), name="clock_state"
            ),
            models.CheckConstraint(
                condition=~Q(state="breached") | Q(breached_at__isnull=False), name="breached_has_a_moment"
            ),
        ]
        indexes = [
            models.Index(fields=["next_stage_at"], condition=Q(next_stage_at__isnull=False), name="clock_next_stage"),
            models.Index(fields=["version", "started_at"], name="clock_of_version"),
        ]


class ClockNotice(models.Model):
    """A stage of a clock that was reached: warning or breach. Each is recorded once (P11).

    ``reached_at`` by the clock, ``recorded_at`` by the sweep; ``line_id`` is the journal line that told of it, none
    where there was nothing left to tell (a warning after the deed).
    """

    class Stage(models.TextChoices):
        WARNING = "warning"
        BREACH = "breach"

    clock = models.ForeignKey(Clock, on_delete=models.CASCADE, related_name="notices")
    stage = models.CharField(max_length=10, choices=Stage.choices)
    reached_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    line_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["clock", "stage"], name="told_of_a_stage_once")]
