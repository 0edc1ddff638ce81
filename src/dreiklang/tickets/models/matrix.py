"""Tables: the desk's own matrix of priorities."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class PriorityCell(models.Model):
    """One cell of the desk's own impact × urgency matrix."""

    impact = models.SmallIntegerField()
    urgency = models.SmallIntegerField()
    priority = models.SmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["impact", "urgency"], name="cell_once"),
            models.CheckConstraint(
                condition=Q(impact__range=(1, 3)) & Q(urgency__range=(1, 3)) & Q(priority__range=(1, 4)),
                name="cell_values",
            ),
        ]
