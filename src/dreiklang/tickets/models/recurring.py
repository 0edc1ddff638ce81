"""Tables: tickets that come again and again, and each time that they came."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dreiklang.tickets.rules.recurrence import Every, Recurrence, Shift


class Series(models.Model):
    """A ticket that comes again and again: what it says, and when."""

    class Unit(models.TextChoices):
        DAY = Every.DAY.value, _("days")
        WEEK = Every.WEEK.value, _("weeks")
        MONTH = Every.MONTH.value, _("months")
        YEAR = Every.YEAR.value, _("years")

    class Closed(models.TextChoices):
        NONE = Shift.NONE.value, _("comes all the same")
        LATER = Shift.LATER.value, _("comes on the next working day")
        EARLIER = Shift.EARLIER.value, _("comes on the working day before")
        SKIP = Shift.SKIP.value, _("is left out")

    requester = models.ForeignKey("organizations.Person", on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=290)
    text = models.TextField()
    kind = models.CharField(max_length=20, default="request")
    category = models.ForeignKey("tickets.Category", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    team = models.ForeignKey("teams.Team", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    impact = models.SmallIntegerField(default=3)
    urgency = models.SmallIntegerField(default=3)

    every = models.CharField(max_length=5, choices=Unit.choices, default=Unit.MONTH)
    interval = models.SmallIntegerField(default=1)
    weekdays = ArrayField(models.SmallIntegerField(), default=list, blank=True)
    month_day = models.SmallIntegerField(default=0, help_text="1 to 31, -1 the last; 0: that of the first day")
    nth = models.SmallIntegerField(default=0, help_text="1 to 4, -1 the last of that weekday in the month; 0: by date")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    at_time = models.TimeField()
    shift = models.CharField(max_length=7, choices=Closed.choices, default=Closed.LATER)
    calendar = models.ForeignKey("calendars.ServiceCalendar", on_delete=models.SET_NULL, null=True, related_name="+")

    is_active = models.BooleanField(default=True, help_text="off: paused")
    next_on = models.DateField(null=True, help_text="the planned day of the next one; null: there is none")
    next_at = models.DateTimeField(null=True, help_text="when it really comes, after moving off closed days")
    problem = models.CharField(max_length=300, blank=True, help_text="why the last one could not be opened")
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(interval__range=(1, 99)), name="series_interval"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=models.F("starts_on")), name="series_ends_after_it_begins"
            ),
        ]
        indexes = [models.Index(fields=["next_at"], condition=Q(is_active=True), name="series_due")]

    def __str__(self) -> str:
        return self.subject

    def as_rules(self) -> Recurrence:
        """When it comes, as a plain value."""
        return Recurrence(
            Every(self.every), self.interval, self.starts_on, self.ends_on, tuple(self.weekdays), self.month_day,
            self.nth,
        )  # fmt: skip


class Occurrence(models.Model):
    """One time that a series came, or was missed: each planned day once, whoever opens it (P09)."""

    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="occurrences")
    planned_on = models.DateField()
    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.SET_NULL, null=True, related_name="+")
    happened_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["series", "planned_on"], name="occurrence_once")]
