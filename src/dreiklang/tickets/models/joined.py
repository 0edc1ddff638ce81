"""Tables: tickets that became one, and messages that belong to a second ticket. Nothing is moved; it is linked."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q


class Merge(models.Model):
    """That a ticket goes on in another one: who said so, when, and all that its way back needs."""

    merged = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="merges")
    survivor = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="absorbed")
    author = models.ForeignKey("organizations.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()
    former_state = models.CharField(max_length=20)
    former_closes_at = models.DateTimeField(null=True)
    former_pause = models.JSONField(default=dict, help_text="reason, note and until of the pause that was running")
    added = ArrayField(models.BigIntegerField(), default=list, help_text="participants the survivor got by this")
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey("organizations.Person", on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["merged"], condition=Q(undone_at=None), name="merged_once")]


class Carried(models.Model):
    """A message that belongs to the conversation of a ticket besides the one it was said on.

    ``is_moved``: it belongs there instead; whoever asks in the first ticket reads it no longer, the desk still does.
    """

    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="carried")
    message = models.ForeignKey("tickets.Message", on_delete=models.CASCADE, related_name="carried")
    is_moved = models.BooleanField(default=False)
    carried_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "message"], name="carried_once")]


class Split(models.Model):
    """That messages of one ticket became another one: who did it, and when."""

    origin = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="splits")
    made = models.OneToOneField("tickets.Ticket", on_delete=models.CASCADE, related_name="split_from")
    author = models.ForeignKey("organizations.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    split_at = models.DateTimeField()


class Kinship(models.Model):
    """That a ticket waits for the solution of another one, its parent. A parent has no parent."""

    parent = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="kin_below")
    child = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="kin_above")
    author = models.ForeignKey("organizations.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    since_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["child"], condition=Q(ended_at=None), name="one_parent"),
            models.CheckConstraint(condition=~Q(parent=F("child")), name="nobody_is_their_own_parent"),
        ]
        indexes = [models.Index(fields=["parent"], condition=Q(ended_at=None), name="kin_in_force")]
