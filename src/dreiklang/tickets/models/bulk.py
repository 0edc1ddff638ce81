"""Tables: one deed for many tickets, and what became of it for each of them."""

from __future__ import annotations

from django.db import models


class BulkRun(models.Model):
    """One deed that somebody does to many tickets; it goes on by itself and can be found again."""

    person = models.ForeignKey("organizations.Person", on_delete=models.CASCADE, related_name="+")
    deed = models.CharField(max_length=50)
    value = models.CharField(max_length=2000, blank=True)
    source = models.CharField(max_length=40, blank=True, help_text="key of the list it was begun in")
    made_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True, help_text="when somebody asked to take it back")

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["person", "-id"], name="bulk_of_person")]


class BulkItem(models.Model):
    """One ticket of a run: what stood there before, what was done, or why it was refused."""

    class State(models.TextChoices):
        WAITING = "waiting"
        CHANGED = "changed"
        REFUSED = "refused"
        UNDONE = "undone"
        KEPT = "kept"

    run = models.ForeignKey(BulkRun, on_delete=models.CASCADE, related_name="items")
    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    words = models.CharField(max_length=300, blank=True, help_text="why it was refused, or could not be taken back")
    before = models.JSONField(default=dict)
    version_after = models.IntegerField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["run", "ticket"], name="bulk_ticket_once")]
        indexes = [models.Index(fields=["run", "state", "id"], name="bulk_item_state")]
