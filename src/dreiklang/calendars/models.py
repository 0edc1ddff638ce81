"""Tables: service calendars."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models


def working_week() -> dict[str, Any]:
    """Monday to Friday, eight to five: where a new calendar starts."""
    return {day: [["08:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}


class ServiceCalendar(models.Model):
    """Hours in which a team works or a promise runs: a week of spans, public holidays of a region, closed days."""

    name = models.CharField(max_length=100, unique=True)
    timezone = models.CharField(max_length=60, default="Europe/Berlin")
    week = models.JSONField(default=working_week)
    region = models.CharField(max_length=10, blank=True, help_text="such as DE-BW")
    closed_days = ArrayField(models.DateField(), default=list, blank=True)
    is_default = models.BooleanField(default=False)
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                models.F("is_default"), condition=models.Q(is_default=True), name="one_default_calendar"
            )
        ]

    def __str__(self) -> str:
        return self.name
