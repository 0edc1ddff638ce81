"""Lessons: what would have let the level below solve a case, and what became of it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dreiklang.training.lifecycle import DECLINED, DONE, OPEN, TAKEN, WITHDRAWN


class Lesson(models.Model):
    """'Could have been solved below, with …': said by a level above about one ticket, for one team below."""

    class Remedy(models.TextChoices):
        ARTICLE = "article", _("Article")
        PERMISSION = "permission", _("Permission")
        TOOL = "tool", _("Tool")
        TRAINING = "training", _("Training")

    STATES = (
        (OPEN, _("Open")),
        (TAKEN, _("In hand")),
        (DONE, _("Done")),
        (DECLINED, _("Declined")),
        (WITHDRAWN, _("Withdrawn")),
    )

    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="+")
    hand_back = models.ForeignKey("escalation.HandBack", on_delete=models.SET_NULL, null=True, related_name="+")
    remedy = models.CharField(max_length=12, choices=Remedy.choices)
    words = models.TextField(blank=True, help_text="the written lesson, inside")
    from_level = models.SmallIntegerField()
    from_team = models.ForeignKey("teams.Team", on_delete=models.SET_NULL, null=True, related_name="+")
    to_level = models.SmallIntegerField()
    to_team = models.ForeignKey("teams.Team", on_delete=models.PROTECT, related_name="+")
    category = models.ForeignKey("tickets.Category", on_delete=models.SET_NULL, null=True, related_name="+")
    service = models.ForeignKey("assets.ConfigurationItem", on_delete=models.SET_NULL, null=True, related_name="+")
    author = models.ForeignKey("organizations.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    given_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=STATES, default=OPEN)
    owner = models.ForeignKey("organizations.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    article = models.ForeignKey("knowledge.Article", on_delete=models.SET_NULL, null=True, related_name="+")
    outcome = models.TextField(blank=True, help_text="what was done, or why it was declined")
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey("organizations.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "remedy", "to_team"], condition=~Q(state=WITHDRAWN), name="lesson_said_once"
            ),
            models.CheckConstraint(condition=Q(to_level__lt=models.F("from_level")), name="lesson_is_for_below"),
            models.CheckConstraint(
                condition=Q(state__in=(OPEN, TAKEN), settled_at=None)
                | Q(state__in=(DONE, DECLINED, WITHDRAWN), settled_at__isnull=False),
                name="lesson_settled_at",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-id"], name="lesson_by_state"),
            models.Index(fields=["owner", "state"], name="lesson_of_owner"),
            models.Index(fields=["article"], name="lesson_of_article", condition=~Q(article=None)),
            models.Index(fields=["category", "state"], name="lesson_of_category"),
        ]
