"""Tables: agreements and their versions."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Agreement(models.Model):
    """A contract: with a customer or (without one) for everybody, between the levels, with a vendor.

    What it says stands in its versions. A template promises nothing; tailored copies name it as their origin.
    """

    class Kind(models.TextChoices):
        SLA = "sla", _("Service level agreement")
        OLA = "ola", _("Operational level agreement")
        UNDERPINNING = "underpinning", _("Underpinning contract")

    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.SLA)
    name = models.CharField(max_length=200)
    organization = models.ForeignKey(
        "organizations.Organization", on_delete=models.PROTECT, null=True, blank=True, related_name="agreements"
    )
    level = models.SmallIntegerField(null=True, blank=True, help_text="of an agreement between the levels")
    team = models.ForeignKey("teams.Team", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    is_template = models.BooleanField(default=False)
    origin = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    reference = models.CharField(max_length=100, blank=True, help_text="number of the contract")
    contacts = models.TextField(blank=True, help_text="how the other side is reached, a way a line")
    version = models.IntegerField(default=1)

    class Meta:
        ordering = ["kind", "name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind"],
                condition=Q(kind="sla", organization=None, is_template=False),
                name="one_agreement_for_everybody",
            ),
            models.CheckConstraint(
                condition=~Q(kind="ola") | Q(level__range=(1, 4), organization=None), name="ola_is_of_a_level"
            ),
            models.CheckConstraint(
                condition=~Q(kind="underpinning") | Q(organization__isnull=False) | Q(is_template=True),
                name="underpinning_has_a_vendor",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="agreement_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_for_everybody(self) -> bool:
        """Whether it holds for whoever has no agreement of their own."""
        return self.kind == self.Kind.SLA and self.organization_id is None and not self.is_template


class AgreementVersion(models.Model):
    """An agreement as it holds in some days: hours, targets, pauses, shares, levels, contingents.

    ``targets``: [{metric, minutes, priority?, kind?}]; ``shares``: [{level, percent | minutes}], of an OLA the one of
    its level. ``since_at``: promises made before that moment do not come from here, so that a contract written down
    later rewrites none. ``ladder``: [{after_minutes, contact}], whom to chase next when a vendor is silent.
    """

    class Period(models.TextChoices):
        MONTH = "month", _("per month")
        QUARTER = "quarter", _("per quarter")
        YEAR = "year", _("per year")

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="versions")
    number = models.IntegerField()
    validity = DateRangeField()
    since_at = models.DateTimeField()
    calendar = models.ForeignKey("calendars.ServiceCalendar", on_delete=models.PROTECT, related_name="+")
    targets = models.JSONField(default=list)
    pauses = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    shares = models.JSONField(default=list)
    warn_percent = models.SmallIntegerField(default=75)
    categories = models.ManyToManyField(
        "tickets.Category", related_name="+", blank=True, help_text="covered with all below them; none: everything"
    )
    services = models.ManyToManyField(
        "assets.ConfigurationItem", related_name="+", blank=True, help_text="covered; none: every one"
    )
    levels = ArrayField(models.SmallIntegerField(), default=list, blank=True, help_text="the provider works")
    external_levels = ArrayField(models.SmallIntegerField(), default=list, blank=True, help_text="others work")
    contingent_hours = models.DecimalField(max_digits=8, decimal_places=2, null=True, blank=True)
    contingent_period = models.CharField(max_length=10, choices=Period.choices, default=Period.MONTH)
    hourly_rate = models.DecimalField(max_digits=8, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, default="EUR")
    ladder = models.JSONField(default=list)
    revision = models.IntegerField(default=1)

    class Meta:
        ordering = ["agreement", "number"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "number"], name="version_number_once"),
            ExclusionConstraint(
                name="versions_do_not_overlap",
                expressions=[("agreement", RangeOperators.EQUAL), ("validity", RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(condition=Q(validity__isempty=False), name="version_has_days"),
            models.CheckConstraint(condition=Q(warn_percent__range=(1, 100)), name="warn_percent_is_one"),
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id}/{self.number}"
