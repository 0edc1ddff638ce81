"""Tables: teams, memberships with dates, absences with substitute, duty shifts."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

LEVELS = (1, 2, 3, 4)


class Team(models.Model):
    """A group of experts on one support level."""

    organization = models.ForeignKey("organizations.Organization", on_delete=models.PROTECT, related_name="teams")
    name = models.CharField(max_length=100)
    key = models.SlugField(max_length=60, unique=True)
    level = models.SmallIntegerField()
    subject = models.CharField(max_length=200, blank=True, help_text="what the team is expert for")
    calendar = models.ForeignKey(
        "calendars.ServiceCalendar", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    signature = models.TextField(blank=True)
    is_active = models.BooleanField(default=True)
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(level__in=LEVELS), name="team_level_1_to_4")]
        indexes = [models.Index(fields=["level", "name"], name="team_order")]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """Who belongs to a team, from and until which day (inclusive)."""

    class Role(models.TextChoices):
        MEMBER = "member", _("Member")
        LEAD = "lead", _("Team lead")

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships")
    person = models.ForeignKey("organizations.Person", on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.MEMBER)
    from_date = models.DateField()
    until_date = models.DateField(null=True, blank=True)
    signature = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["team", "person"], condition=models.Q(until_date=None), name="one_open_membership"
            ),
            models.CheckConstraint(
                condition=models.Q(until_date=None) | models.Q(until_date__gte=models.F("from_date")),
                name="membership_ends_after_it_begins",
            ),
        ]


class Absence(models.Model):
    """Days (inclusive) on which a person is away, and who stands in. Without the reason: that is nobody's business."""

    person = models.ForeignKey("organizations.Person", on_delete=models.CASCADE, related_name="absences")
    substitute = models.ForeignKey(
        "organizations.Person", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    from_date = models.DateField()
    until_date = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until_date__gte=models.F("from_date")), name="absence_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=~models.Q(substitute=models.F("person")), name="nobody_substitutes_themselves"
            ),
        ]
        indexes = [models.Index(fields=["person", "until_date"], name="absence_of_person")]


class DutyShift(models.Model):
    """A span in which a person is on duty for a team. A team without shifts is on duty in its calendar's hours."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="shifts")
    person = models.ForeignKey("organizations.Person", on_delete=models.CASCADE, related_name="shifts")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(ends_at__gt=models.F("starts_at")), name="shift_has_length")
        ]
        indexes = [models.Index(fields=["team", "ends_at"], name="shift_of_team")]
