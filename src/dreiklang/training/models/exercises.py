"""Exercises: a case as a question, steps to choose, an explanation; and what somebody chose, which is theirs alone."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Exercise(models.Model):
    """A short exercise for a team: what would you do? ``steps``: [{text, is_right, because}]."""

    title = models.CharField(max_length=200)
    question = models.TextField(help_text="the case, as it came")
    steps = models.JSONField(default=list)
    explanation = models.TextField(blank=True)
    team = models.ForeignKey("teams.Team", on_delete=models.CASCADE, related_name="+")
    lesson = models.ForeignKey("training.Lesson", on_delete=models.SET_NULL, null=True, related_name="+")
    article = models.ForeignKey("knowledge.Article", on_delete=models.SET_NULL, null=True, related_name="+")
    author = models.ForeignKey("organizations.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    position = models.IntegerField(default=0, help_text="its place on the team's learning path")
    is_published = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    version = models.IntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["team", "position", "id"], name="exercise_of_team")]

    def __str__(self) -> str:
        return self.title


class Attempt(models.Model):
    """What a person chose the last time. Nobody reads it but the person and whoever has the right to train."""

    exercise = models.ForeignKey(Exercise, on_delete=models.CASCADE, related_name="attempts")
    person = models.ForeignKey("organizations.Person", on_delete=models.CASCADE, related_name="+")
    chosen = ArrayField(models.SmallIntegerField(), default=list)
    is_right = models.BooleanField()
    tries = models.IntegerField(default=1)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["exercise", "person"], name="attempt_of_one")]
