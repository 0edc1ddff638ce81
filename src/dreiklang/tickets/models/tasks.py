"""Tables: what is to be done on a ticket."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Task(models.Model):
    """One thing to be done, by somebody or by a team; tasks of one ``heading`` are a check-list."""

    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="tasks")
    heading = models.CharField(max_length=100, blank=True)
    text = models.CharField(max_length=300)
    position = models.IntegerField(default=0)
    assignee = models.ForeignKey("organizations.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    team = models.ForeignKey("teams.Team", on_delete=models.SET_NULL, null=True, related_name="+")
    due_at = models.DateTimeField(null=True)
    is_blocking = models.BooleanField(default=False, help_text="the ticket cannot be solved before it is done")
    author = models.ForeignKey("organizations.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey("organizations.Person", on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["position", "id"]
        indexes = [
            models.Index(fields=["ticket", "position", "id"], name="task_of_ticket"),
            models.Index(fields=["assignee", "ticket"], condition=Q(done_at=None), name="task_of_person"),
            models.Index(fields=["team", "ticket"], condition=Q(done_at=None), name="task_of_team"),
        ]

    def __str__(self) -> str:
        return self.text
