"""Tables: service calendars."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from dreiklang.calendars.rules import WorkingCalendar, extra_days_from, week_from


def working_week() -> dict[str, list[list[str]]]:
    """Monday to Friday, eight to five: where a new calendar starts."""
    return {day: [["08:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}


class ServiceCalendar(models.Model):
    """Hours in which a team works or a promise runs: a week of spans, public holidays of a region, closed days.

    `week` is in the written form of `rules.week_from`, `extra_days` in that of `rules.extra_days_from`; only commands
    write them, so they can always be read.
    """

    name = models.CharField(max_length=100, unique=True)
    timezone = models.CharField(max_length=60, default="Europe/Berlin")
    week = models.JSONField(default=working_week)
    region = models.CharField(max_length=43, blank=True, help_text="such as DE-BW")
    closed_days = ArrayField(models.DateField(), default=list, blank=True)
    extra_days = models.JSONField(default=dict, blank=True, help_text="days with hours of their own")
    is_default = models.BooleanField(default=False)
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                models.F("is_default"), condition=models.Q(is_default=True), name="one_default_calendar"
            ),
            models.CheckConstraint(condition=~models.Q(name=""), name="calendar_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name

    def as_rules(self) -> WorkingCalendar:
        """The frozen value that working time is counted in. Raises `BadCalendar` for what no command wrote."""
        return WorkingCalendar(
            self.timezone,
            week_from(self.week),
            region=self.region or None,
            closed_days=frozenset(self.closed_days),
            extra_days=extra_days_from(self.extra_days),
        )
