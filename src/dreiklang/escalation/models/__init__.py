"""Tables: handovers with their steps, hand-backs, relays, the direct line, what each category and level demands."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dreiklang.escalation.models.ladders import Ladder as Ladder
from dreiklang.escalation.models.ladders import RequesterEscalation as RequesterEscalation
from dreiklang.escalation.models.ladders import Ringing as Ringing
from dreiklang.escalation.models.ladders import Rung as Rung


class Handover(models.Model):
    """A case handed on: why, what was observed, tried and ruled out, what is affected, what the next level shall do."""

    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="handovers")
    from_level = models.SmallIntegerField()
    from_team = models.ForeignKey("teams.Team", on_delete=models.PROTECT, related_name="+")
    to_level = models.SmallIntegerField()
    to_team = models.ForeignKey("teams.Team", on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey("organizations.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    reason = models.TextField(blank=True)
    observations = models.TextField(blank=True)
    steps = models.JSONField(default=list, help_text="[{text, result, outcome}] tried so far")
    ruled_out = models.TextField(blank=True)
    affected = models.TextField(blank=True)
    question = models.TextField(blank=True)
    enclosures = models.JSONField(default=list, help_text="typed enclosures of higher floors: [{kind, id, …}]")
    at_once_because = models.TextField(blank=True, help_text="passed on before complete, with this reason")
    missing = ArrayField(models.CharField(max_length=80), default=list, help_text="what was missing then")
    handed_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey("organizations.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True, help_text="handed back, handed on or settled")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ticket"], condition=Q(accepted_at=None, ended_at=None), name="one_handover_waits"
            ),
            models.CheckConstraint(
                condition=Q(to_level__gte=models.F("from_level")), name="handover_goes_up_or_across"
            ),
        ]
        indexes = [
            models.Index(fields=["ticket", "id"], name="handover_of_ticket"),
            models.Index(fields=["from_team", "ticket"], name="handover_from_team"),
        ]


class HandBack(models.Model):
    """The way down: because the case was incomplete or not theirs, or because it is solved.

    Nobody accepts it: it goes to a team that knows the case, and to whoever had it there (decision 0012).
    """

    class Kind(models.TextChoices):
        INCOMPLETE = "incomplete", _("Information is missing")
        NOT_OURS = "not_ours", _("Belongs to another team")
        SOLVED = "solved", _("Solved")
        ADVICE = "advice", _("Can be done at the lower level")

    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="hand_backs")
    handover = models.ForeignKey(Handover, on_delete=models.SET_NULL, null=True, related_name="hand_backs")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    from_level = models.SmallIntegerField()
    from_team = models.ForeignKey("teams.Team", on_delete=models.PROTECT, related_name="+")
    to_level = models.SmallIntegerField()
    to_team = models.ForeignKey("teams.Team", on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey("organizations.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    reason = models.TextField()
    solution = models.TextField(blank=True)
    hint = models.TextField(blank=True, help_text="what the level below could do itself next time")
    handed_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["ticket", "id"], name="hand_back_of_ticket")]


class Relay(models.Model):
    """An answer of a higher level, offered to the level below. Only that level can make it a message (A5)."""

    class State(models.TextChoices):
        OFFERED = "offered", _("Offered")
        USED = "used", _("Used")
        DISMISSED = "dismissed", _("Dismissed")

    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="relays")
    from_level = models.SmallIntegerField()
    from_team = models.ForeignKey("teams.Team", on_delete=models.PROTECT, related_name="+")
    to_level = models.SmallIntegerField()
    to_team = models.ForeignKey("teams.Team", on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey("organizations.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    text = models.TextField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OFFERED)
    message = models.ForeignKey("tickets.Message", on_delete=models.SET_NULL, null=True, related_name="+")
    offered_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["ticket", "id"], name="relay_of_ticket")]


class DirectLine(models.Model):
    """'Work with the customer': level 3 may write to the requester of one ticket, for a reason, while it is open."""

    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="direct_lines")
    author = models.ForeignKey("organizations.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    reason = models.TextField()
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket"], condition=Q(closed_at=None), name="one_open_direct_line")
        ]


class Gate(models.Model):
    """What a handover must contain for a category (none: all) and target level."""

    category = models.ForeignKey("tickets.Category", on_delete=models.CASCADE, null=True, related_name="gates")
    to_level = models.SmallIntegerField()
    demands = ArrayField(models.CharField(max_length=30), default=list)
    minimum_steps = models.SmallIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["category", "to_level"], name="one_gate", nulls_distinct=False),
            models.CheckConstraint(condition=Q(to_level__range=(2, 4)), name="gate_level"),
        ]
