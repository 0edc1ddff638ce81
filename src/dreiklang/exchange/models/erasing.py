"""Tables: who was erased, which tickets were emptied, and how long words are kept."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Erasure(models.Model):
    """That a person was erased: nothing of them but their number, so that it can be done again after a restore."""

    person = models.ForeignKey("organizations.Person", on_delete=models.PROTECT, related_name="erasures")
    asked_by = models.ForeignKey("organizations.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    because = models.CharField(max_length=500, blank=True, help_text="why it was done despite what stood against it")
    first_line = models.BigIntegerField(null=True, help_text="the first line of the journal about them")
    first_line_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    is_again = models.BooleanField(default=False, help_text="after a restore, by the register")
    epoch = models.IntegerField()
    counts = models.JSONField(default=dict)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(done_at=None), name="one_erasure_at_a_time")
        ]


class EmptiedTicket(models.Model):
    """A ticket whose words are gone; number, kind, times and clocks stay."""

    ticket = models.OneToOneField("tickets.Ticket", on_delete=models.CASCADE, primary_key=True, related_name="emptied")
    emptied_at = models.DateTimeField()
    erasure = models.ForeignKey(Erasure, on_delete=models.SET_NULL, null=True, related_name="tickets")


class Retention(models.Model):
    """How many months after closing the words of a team's tickets go. Without a team: all for which no other holds."""

    team = models.OneToOneField("teams.Team", on_delete=models.CASCADE, null=True, related_name="+")
    months = models.SmallIntegerField()
    is_active = models.BooleanField(default=False)
    set_by = models.ForeignKey("organizations.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(months__range=(1, 240)), name="retention_months"),
            models.UniqueConstraint(fields=["team"], nulls_distinct=False, name="retention_once"),
        ]
