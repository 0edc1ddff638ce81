"""Tables: notifications in the desk, and the desk's own wording of the mails it sends."""

from __future__ import annotations

from django.db import models


class Notification(models.Model):
    """News for one person about one ticket. The journal line says what happened; this says who has read it."""

    person = models.ForeignKey("organizations.Person", on_delete=models.CASCADE, related_name="notifications")
    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20)
    line_id = models.BigIntegerField()
    by_name = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["line_id", "person"], name="told_once")]
        indexes = [models.Index(fields=["person", "-id"], name="notification_of_person")]


class Template(models.Model):
    """The desk's own words for one kind of mail in one language; where there is none, the usual words are used."""

    key = models.CharField(max_length=30)
    language = models.CharField(max_length=5)
    subject = models.CharField(max_length=300)
    body = models.TextField()
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "language"], name="one_template")]
