"""New solutions, told to those whom they concern, and who has read them."""

from __future__ import annotations

from django.db import models


class Announcement(models.Model):
    """An article that was published or published anew: news for those inside who are interested in its kind."""

    edition = models.OneToOneField("knowledge.Edition", on_delete=models.CASCADE, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["-made_at", "-id"], name="announcement_newest")]


class Interest(models.Model):
    """A category somebody wants to hear of; who chose none hears of all."""

    person = models.ForeignKey("organizations.Person", on_delete=models.CASCADE, related_name="+")
    category = models.ForeignKey("tickets.Category", on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "category"], name="interest_once")]


class SolutionRead(models.Model):
    """That somebody has read a new solution. Shown to others as a team's number only."""

    announcement = models.ForeignKey(Announcement, on_delete=models.CASCADE, related_name="readings")
    person = models.ForeignKey("organizations.Person", on_delete=models.CASCADE, related_name="+")
    read_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["announcement", "person"], name="solution_read_once")]
