"""Tables: views that people save, share and pin; the desk's own ready ones have no owner."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class SavedView(models.Model):
    """Conditions with the columns, order and grouping to show what fits. Runs with the rights of whoever looks."""

    class Audience(models.TextChoices):
        PRIVATE = "private", _("only me")
        TEAM = "team", _("a team")
        ROLE = "role", _("a role")
        EVERYONE = "everyone", _("everyone at the desk")

    owner = models.ForeignKey("organizations.Person", on_delete=models.CASCADE, null=True, related_name="+")
    name = models.CharField(max_length=100)
    names = models.JSONField(default=dict, help_text="language → name, of ready views")
    conditions = models.TextField(blank=True, help_text="in English words, as the grammar writes them")
    columns = ArrayField(models.CharField(max_length=70), default=list)
    sorting = models.CharField(max_length=60, default="priority")
    grouping = models.CharField(max_length=30, blank=True)
    audience = models.CharField(max_length=10, choices=Audience.choices, default=Audience.PRIVATE)
    team = models.ForeignKey("teams.Team", on_delete=models.CASCADE, null=True, related_name="+")
    role = models.CharField(max_length=20, blank=True)
    made_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, help_text="kept, so that it can be brought back")
    version = models.IntegerField(default=1)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(audience__in=["private", "everyone"], team=None, role="")
                | Q(audience="team", team__isnull=False, role="")
                | (Q(audience="role", team=None) & ~Q(role="")),
                name="view_audience_is_named",
            ),
        ]
        indexes = [
            models.Index(fields=["owner"], condition=Q(removed_at=None), name="view_of_owner"),
            models.Index(fields=["audience"], condition=Q(removed_at=None), name="view_audience"),
        ]

    def __str__(self) -> str:
        return self.name

    def name_in(self, language: str) -> str:
        """The name as its reader's language has it; people's own views have one name."""
        return str(self.names.get(language[:2]) or self.name)


class ViewPin(models.Model):
    """A view in somebody's rail. For that person alone; shown to nobody else."""

    person = models.ForeignKey("organizations.Person", on_delete=models.CASCADE, related_name="+")
    view = models.ForeignKey(SavedView, on_delete=models.CASCADE, related_name="pins")
    position = models.IntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["person", "view"], name="view_pinned_once")]
