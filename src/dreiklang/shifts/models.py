"""Tables: entries of the book with their tickets, and who has read them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class BookEntry(models.Model):
    """What the next shift of a team must know."""

    team = models.ForeignKey("teams.Team", on_delete=models.CASCADE, related_name="+")
    author = models.ForeignKey("organizations.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    text = models.TextField()
    tickets = models.ManyToManyField("tickets.Ticket", related_name="+", blank=True)
    is_open = models.BooleanField(default=False, help_text="a point that is carried on until it is settled")
    made_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey("organizations.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(is_open=True) | Q(settled_at=None), name="only_an_open_point_is_settled")
        ]
        indexes = [
            models.Index(fields=["team", "-id"], name="book_of_team"),
            models.Index(fields=["team", "id"], condition=Q(is_open=True, settled_at=None), name="open_points_of_team"),
        ]


class BookRead(models.Model):
    """Up to which entry somebody has read the book of a team. Shown to the team: who has not read must be told."""

    team = models.ForeignKey("teams.Team", on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey("organizations.Person", on_delete=models.CASCADE, related_name="+")
    entry_id = models.BigIntegerField()
    read_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "person"], name="book_read_once")]
