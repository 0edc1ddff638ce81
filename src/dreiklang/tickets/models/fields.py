"""Tables: own fields that a desk adds to its tickets, and what is written into them, typed."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _


class OwnField(models.Model):
    """A field of the desk's own, for some kinds and a category (and those below it), or for every ticket.

    A deleted one is asked no more; what was written into it stays readable.
    """

    class Kind(models.TextChoices):
        TEXT = "text", _("Text")
        NUMBER = "number", _("Number")
        DATE = "date", _("Date")
        YES_NO = "yes_no", _("Yes or no")
        CHOICE = "choice", _("Choice")
        CHOICES = "choices", _("Several choices")
        PERSON = "person", _("Person")

    class Audience(models.TextChoices):
        HOUSE = "house", _("those who work inside the house")
        WORKING = "working", _("also external teams that have the ticket")

    key = models.SlugField(max_length=40, unique=True)
    labels = models.JSONField(default=dict, help_text="language → name")
    hints = models.JSONField(default=dict, help_text="language → what to write")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    choices = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    ticket_kinds = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    category = models.ForeignKey("tickets.Category", on_delete=models.SET_NULL, null=True, related_name="+")
    audience = models.CharField(max_length=10, choices=Audience.choices, default=Audience.HOUSE)
    needed_for_level = models.SmallIntegerField(null=True, help_text="must be filled before this level takes over")
    position = models.IntegerField(default=0)
    deleted_at = models.DateTimeField(null=True)
    version = models.IntegerField(default=1)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.key

    def label_in(self, language: str) -> str:
        """The name in a language, else in any."""
        return str(self.labels.get(language[:2]) or next(iter(self.labels.values()), self.key))

    def hint_in(self, language: str) -> str:
        """What to write, in a language, else in any."""
        return str(self.hints.get(language[:2]) or next(iter(self.hints.values()), ""))


class OwnValue(models.Model):
    """What stands in an own field of a ticket; one of the columns is filled, as the field's kind says."""

    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="own_values")
    field = models.ForeignKey(OwnField, on_delete=models.PROTECT, related_name="values")
    text = models.TextField(blank=True)
    number = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    day = models.DateField(null=True)
    is_yes = models.BooleanField(null=True)
    chosen = ArrayField(models.CharField(max_length=100), null=True)
    person = models.ForeignKey("organizations.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    kept_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "field"], name="one_own_value")]
        indexes = [
            models.Index(fields=["field", "number", "ticket"], name="own_value_number"),
            models.Index(fields=["field", "day", "ticket"], name="own_value_day"),
            models.Index(fields=["field", "is_yes", "ticket"], name="own_value_yes"),
            GinIndex(fields=["chosen"], name="own_value_chosen"),
        ]
