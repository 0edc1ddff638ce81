"""Tables: configuration items, and which customers use them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dreiklang.assets.rules import ESSENTIAL, IMPORTANT, ORDINARY


class ConfigurationItem(models.Model):
    """Something that must be known to deliver a service. Services are the first kind; others and relations may come.

    ``hourly_cost`` is what one hour costs in which nobody of those who depend on it can work with it.
    """

    class Kind(models.TextChoices):
        SERVICE = "service", _("Service")

    class Criticality(models.IntegerChoices):
        ESSENTIAL = ESSENTIAL, _("Essential: operations stand still without it")
        IMPORTANT = IMPORTANT, _("Important: operations are badly hindered")
        ORDINARY = ORDINARY, _("Ordinary: there is a way around it for a while")

    key = models.SlugField(max_length=60, unique=True)
    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.SERVICE)
    name = models.CharField(max_length=200)
    sort_key = models.CharField(max_length=220)
    criticality = models.SmallIntegerField(choices=Criticality.choices, default=ORDINARY)
    hourly_cost = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    calendar = models.ForeignKey(
        "calendars.ServiceCalendar", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    note = models.TextField(blank=True)
    is_active = models.BooleanField(default=True)
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(criticality__in=[ESSENTIAL, IMPORTANT, ORDINARY]), name="item_criticality"
            ),
            models.CheckConstraint(
                condition=Q(hourly_cost=None) | Q(hourly_cost__gte=0), name="item_cost_not_negative"
            ),
            models.UniqueConstraint(fields=["kind", "sort_key"], name="item_name_once"),
        ]
        indexes = [models.Index(fields=["sort_key", "id"], name="item_order")]

    def __str__(self) -> str:
        return self.name


class Use(models.Model):
    """A customer that uses an item, and how many of its people depend on it."""

    item = models.ForeignKey(ConfigurationItem, on_delete=models.CASCADE, related_name="uses")
    organization = models.ForeignKey("organizations.Organization", on_delete=models.CASCADE, related_name="uses")
    people = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "organization"], name="use_once"),
            models.CheckConstraint(condition=Q(people__range=(0, 10_000_000)), name="use_people"),
        ]
