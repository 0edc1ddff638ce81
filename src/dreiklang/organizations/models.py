"""Tables: organisations, sites, persons, their addresses."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class Organization(models.Model):
    """A customer, the provider, an external provider or a vendor."""

    class Kind(models.TextChoices):
        CUSTOMER = "customer", _("Customer")
        PROVIDER = "provider", _("Provider")
        EXTERNAL = "external", _("External provider")
        VENDOR = "vendor", _("Vendor")

    name = models.CharField(max_length=200)
    sort_key = models.CharField(max_length=220, help_text="DIN 5007: made in Python, the database has no ICU")
    key = models.SlugField(max_length=60, unique=True)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    language = models.CharField(max_length=5, default="de")
    region = models.CharField(max_length=10, blank=True, help_text="for public holidays, such as DE-BW")
    mail_domains = ArrayField(models.CharField(max_length=253), default=list, blank=True)
    takes_strangers = models.BooleanField(
        default=False, help_text="senders whose domain nobody claims become persons of this organisation"
    )
    phone = models.CharField(max_length=50, blank=True)
    note = models.TextField(blank=True)
    is_active = models.BooleanField(default=True)
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                models.F("takes_strangers"), condition=models.Q(takes_strangers=True), name="one_takes_strangers"
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=["customer", "provider", "external", "vendor"]), name="organization_kind"
            ),
        ]
        indexes = [GinIndex(fields=["mail_domains"], name="organization_domains")]

    def __str__(self) -> str:
        return self.name


class Site(models.Model):
    """A place of an organisation: a building, a branch, a ward."""

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="sites")
    name = models.CharField(max_length=200)
    address = models.TextField(blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "name"], name="site_name_once")]

    def __str__(self) -> str:
        return self.name


class Person(models.Model):
    """Somebody who asks, works or decides. May have an account to sign in with; mail needs none."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="persons")
    site = models.ForeignKey(Site, on_delete=models.SET_NULL, null=True, blank=True)
    account = models.OneToOneField(
        "accounts.Account", on_delete=models.SET_NULL, null=True, blank=True, related_name="person"
    )
    name = models.CharField(max_length=200)
    sort_key = models.CharField(max_length=220)
    function = models.CharField(max_length=200, blank=True, help_text="what the person does there")
    place = models.CharField(max_length=200, blank=True, help_text="room, ward")
    manager = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="led")
    cost_centre = models.CharField(max_length=60, blank=True)
    language = models.CharField(max_length=5, default="de")
    is_vip = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    note = models.TextField(blank=True)
    version = models.IntegerField(default=1)
    search = models.TextField(blank=True, help_text="folded words for finding, kept by the commands")

    class Meta:
        indexes = [
            models.Index(fields=["sort_key", "id"], name="person_order"),
            models.Index(fields=["organization", "sort_key"], name="person_of_organization"),
            GinIndex(fields=["search"], opclasses=["gin_trgm_ops"], name="person_search"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def initials(self) -> str:
        """Two letters for the round badge and the staff."""
        parts = [part for part in self.name.split() if part[:1].isalpha()]
        return "".join(part[0] for part in (parts[:1] + parts[1:][-1:])).upper() or "?"


class Address(models.Model):
    """A mail address or phone number of a person. A mail address belongs to one person only."""

    class Kind(models.TextChoices):
        MAIL = "mail", _("Mail")
        PHONE = "phone", _("Phone")

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="addresses")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.MAIL)
    value = models.CharField(max_length=254, help_text="mail: lower case; phone: as written")
    folded = models.CharField(max_length=254, help_text="mail: lower case; phone: digits only")
    is_first = models.BooleanField(default=True, help_text="used when the desk writes first")
    proven_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("folded"), condition=models.Q(kind="mail"), name="mail_address_of_one_person"
            ),
        ]
        indexes = [models.Index(fields=["kind", "folded"], name="address_folded")]

    def __str__(self) -> str:
        return self.value
